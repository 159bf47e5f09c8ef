import fc from 'fast-check';

import { hasValue, toProperty } from './property-values';

describe('toProperty', () => {
  it.each([
    [null, ''],
    ['', ''],
    [0, '0'],
    [-1.5, '-1.5'],
    [1e21, '1000000000000000000000'],
    [1e-7, '0.0000001'],
    [false, 'false'],
    [true, 'true'],
    ['2026-01-05', '2026-01-05'],
    [['a', 'b'], 'a;b'],
    [['a; b', 'c'], 'a, b;c'],
    [[], ''],
  ])('says %j as %j', (value, expected) => {
    expect(toProperty(value, ';')).toBe(expected);
  });

  it('makes as many items of a list as it has', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1 }), { minLength: 1 }),
        fc.constantFrom(';', ',', '; '),
        (list, by) => {
          expect(toProperty(list, by).split(by)).toHaveLength(list.length);
        },
      ),
    );
  });
});

describe('hasValue', () => {
  const value = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  );

  it('finds what was written', () => {
    fc.assert(fc.property(value, (sent) => expect(hasValue(toProperty(sent, ';') || null, sent, ';')).toBe(true)));
  });

  it.each([
    ['a number in other words', '72.0', 72, true],
    ['another number', '71', 72, false],
    ['no number', null, 0, false],
    ['an instant without milliseconds', '2026-01-05T07:00:00Z', '2026-01-05T07:00:00.000Z', true],
    ['another instant', '2026-01-05T07:00:01Z', '2026-01-05T07:00:00.000Z', false],
    ['checkboxes in another order', 'b;a', ['a', 'b'], true],
    ['fewer checkboxes', 'a', ['a', 'b'], false],
    ['nothing, where it was cleared', undefined, null, true],
    ['a value, where it was cleared', '72', null, false],
  ])('tells %s', (_name, current, sent, expected) => {
    expect(hasValue(current, sent, ';')).toBe(expected);
  });
});
