import { UsageError } from '@millrace/platform-errors';

import { readTyped, wholeNumber } from './typed';

describe('wholeNumber', () => {
  const read = wholeNumber({ min: 1, max: 100, unit: 'seconds' });

  it.each([
    ['1', 1],
    ['100', 100],
    ['007', 7],
  ])('reads %s', (text, value) => expect(read(text)).toBe(value));

  it.each(['', ' ', '0', '101', '-1', '+1', '1.5', '1e2', '0x10', 'ten', '5s', '1 000', 'Infinity', 'NaN', '٣'])(
    'refuses %j and says what is allowed',
    (text) => expect(() => read(text)).toThrow('Give a whole number of seconds, 1 to 100.'),
  );
});

describe('readTyped', () => {
  it('names the place of a RangeError', () => {
    const fail = (): never => {
      throw new RangeError('"x" is not a date');
    };
    expect(() => readTyped('--from', fail)).toThrow('--from: "x" is not a date');
    expect(() => readTyped('--from', fail)).toThrow(UsageError);
  });

  it('passes other errors on', () => {
    const bug = new TypeError('a bug');
    expect(() =>
      readTyped('--from', () => {
        throw bug;
      }),
    ).toThrow(bug);
  });
});
