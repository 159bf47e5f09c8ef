import fc from 'fast-check';

import { countryCode } from './countries';

it.each([
  ['de', 'DE'],
  ['US', 'US'],
  ['uk', 'GB'],
  ['XK', 'XK'],
  ['XX', null],
  ['T1', null],
  ['EU', null],
  ['ZZ', null],
  ['Germany', null],
  ['DEU', null],
  ['', null],
])('the country of %j is %j', (text, code) => {
  expect(countryCode(text)).toBe(code);
});

it('never throws; what it gives is its own code', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3 }), (text) => {
      const code = countryCode(text);
      if (code !== null) expect(countryCode(code.toLowerCase())).toBe(code);
    }),
  );
});

it('has the regions that the runtime knows as countries', () => {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((a) => letters.map((b) => a + b)).filter((code) => countryCode(code) === code);
  expect(codes).toHaveLength(250);
  expect(codes.filter((code) => names.of(code) === undefined)).toEqual([]);
});
