import { asInstant, asUnsigned, isStorableInstant } from './storable';

it.each([
  [0, '1970-01-01T00:00:00.000Z'],
  [-1, '1969-12-31T23:59:59.999Z'],
  [-62_135_596_800_000, '0001-01-01T00:00:00.000Z'],
  [253_402_300_799_999, '9999-12-31T23:59:59.999Z'],
])('%d is an instant', (ms, text) => {
  expect(isStorableInstant(ms)).toBe(true);
  expect(asInstant('at', ms)).toBe(text);
});

it.each([
  -62_135_596_800_001,
  253_402_300_800_000,
  1_795_505_635_469_000,
  1_795_660_200_000_000_000,
  1.5,
  NaN,
  Infinity,
  -Infinity,
])('%d is not an instant, and the error names the field', (ms) => {
  expect(isStorableInstant(ms)).toBe(false);
  expect(() => asInstant('accepted_at', ms)).toThrow(/^accepted_at .* is not an instant between the years 1 and 9999$/);
});

it('refuses a number of which a column would keep the low bits only', () => {
  expect(asUnsigned('attempt', 2 ** 32 - 1, 32)).toBe(2 ** 32 - 1);
  for (const value of [2 ** 32, -1, 1.5, NaN]) {
    expect(() => asUnsigned('attempt', value, 32)).toThrow('is not a whole number below 2^32');
  }
});
