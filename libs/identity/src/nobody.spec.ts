import fc from 'fast-check';

import { isNobody } from './nobody';

it.each([
  // W05 of the wire cases.
  ...['null', 'undefined', 'NaN', 'None', 'none', '0', '[object Object]', 'true', 'false', 'anonymous', 'guest'],
  ...['00000000-0000-0000-0000-000000000000', '', '   '],
  ...['NULL', ' undefined ', 'n/a', '(not set)', '000', '\u200b', '\ufffd', '-', 'distinct_id'],
])('%j is nobody', (text) => {
  expect(isNobody(text)).toBe(true);
});

it.each(['nobody', '1', '007', 'null@acme.com', 'noneill', 'u-0', '0a', 'Guest1', 'ana'])('%j is somebody', (text) => {
  expect(isNobody(text)).toBe(false);
});

it('knows further words', () => {
  expect(isNobody(' Test-User ', ['test-user'])).toBe(true);
  expect(isNobody('a word of more than twenty letters', ['a word of more than twenty letters'])).toBe(true);
});

it('never throws, and blanks around change nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(isNobody(` ${text} `)).toBe(isNobody(text) || isNobody(text.trim()));
    }),
  );
});
