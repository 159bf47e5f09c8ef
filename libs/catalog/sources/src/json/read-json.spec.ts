import fc from 'fast-check';

import { ExactNumber } from './exact-number';
import { jsonText } from './json-text';
import { readJson } from './read-json';

const textOfNumber = (sent: string): string => String((readJson(`{"n":${sent}}`) as { n: unknown }).n);

describe('readJson', () => {
  it.each([
    ['157963456373623803', '157963456373623803'],
    ['157963456373623804', '157963456373623804'],
    ['9007199254740993', '9007199254740993'],
    ['-9007199254740993', '-9007199254740993'],
    ['9007199254740992', '9007199254740992'],
    ['100000000000000000000000', '100000000000000000000000'],
    ['0.1', '0.1'],
    ['1.10', '1.1'],
    ['12.0', '12'],
    ['0.30000000000000004', '0.30000000000000004'],
    ['0.10000000000000001', '0.10000000000000001'],
    ['1.0000000000000000', '1'],
    ['123456789012345.678901', '123456789012345.678901'],
    ['1e400', '1e400'],
    ['-1E400', '-1E400'],
    ['1e-400', '1e-400'],
    ['1E5', '100000'],
    ['1e+21', '1e+21'],
    ['1e-7', '1e-7'],
    ['-0', '0'],
    ['-0e9', '0'],
    [`1${'0'.repeat(5_000)}1`, `1${'0'.repeat(5_000)}1`],
  ])('reads the number %s as %s', (sent, expected) => {
    expect(textOfNumber(sent)).toBe(expected);
    expect(textOfNumber(` ${sent} `)).toBe(expected);
  });

  it.each([
    ['half an emoji', String.raw`"ab\ud83d"`, 'ab\uFFFD'],
    ['its other half', String.raw`"\uDE00ab"`, '\uFFFDab'],
    ['halves the wrong way round', String.raw`"\ude00\ud83d"`, '\uFFFD\uFFFD'],
    ['a half before a pair', String.raw`"\ud83d\ud83d\ude00"`, '\uFFFD😀'],
    ['a half before another escape', String.raw`"\ud83d\n\u0041"`, '\uFFFD\nA'],
    ['a pair', String.raw`"\uD83D\uDE00"`, '😀'],
    ['an escaped backslash before the letters', String.raw`"\\ud83d"`, String.raw`\ud83d`],
    ['NUL', String.raw`"a\u0000b"`, 'a\0b'],
    ['what marks a number inside', String.raw`["\udc00123", 12345678901234567]`, ['\uFFFD123', expect.anything()]],
  ])('reads %s', (_title, json, expected) => {
    expect(readJson(json)).toEqual(expected);
  });

  it('mends keys too, and keeps __proto__ as a key', () => {
    const read = readJson(String.raw`{"a\ud83d": 1, "__proto__": {"n": 12345678901234567}}`) as object;
    expect(Object.keys(read)).toEqual(['a\uFFFD', '__proto__']);
    expect(jsonText(read)).toBe('{"a\uFFFD":1,"__proto__":{"n":12345678901234567}}');
  });

  it.each([
    '{12345678901234567: 1}',
    '[12345678901234567abc]',
    '[012345678901234567]',
    '[-]',
    '[1e]',
    '{"a": NaN}',
    '',
  ])('refuses %s, as JSON.parse does', (text) => {
    expect(() => readJson(text)).toThrow(SyntaxError);
  });

  it('looks for numbers outside of texts only', () => {
    const text = '{"a":"x, 12345678901234567: \\" ,12345678901234567","b":[ 12345678901234567 ]}';
    expect(readJson(text)).toEqual({
      a: 'x, 12345678901234567: " ,12345678901234567',
      b: [new ExactNumber('12345678901234567')],
    });
  });

  it('reads what JSON.parse reads where every number is exact', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), fc.nat({ max: 2 }), (text, indent) => {
        const value: unknown = JSON.parse(text);
        const mended = JSON.stringify(value).replace(/\\ud[89a-f][\da-f]{2}/g, '\uFFFD');
        expect(jsonText(readJson(JSON.stringify(value, null, indent)))).toBe(mended);
      }),
    );
  });

  it('gives back every integer as it was sent, wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })), fc.string(), (numbers, key) => {
        const list = `[${numbers.join(',')}]`;
        const text = `{${JSON.stringify(key)}:${list}}`;
        expect(jsonText(readJson(text))).toBe(text);
      }),
    );
  });

  it('gives back every double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(textOfNumber(JSON.stringify(number))).toBe(String(number));
      }),
    );
  });

  it('reads a body made to be slow', () => {
    const long = `{"a":"${'\\n1:'.repeat(200_000)}","b":[${'12345678901234567,'.repeat(20_000)}1]}`;
    expect(jsonText((readJson(long) as { b: unknown }).b)).toHaveLength(20_000 * 18 + 3);
  });
});

it('jsonText is null for what is nested too deeply', () => {
  expect(jsonText(JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)))).toBeNull();
});
