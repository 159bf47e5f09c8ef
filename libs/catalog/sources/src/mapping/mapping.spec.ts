import fc from 'fast-check';

import { readEventName } from './event-name';
import { identityOf } from './nobody';
import { PropertyMap } from './property-map';
import { propertyNames } from './property-name';
import { countryOf, numberOf, textOf } from './values';
import { ExactNumber } from '../json/exact-number';

describe('readEventName', () => {
  it.each([
    ['Demo Requested', 'demo_requested', null],
    ['demoRequested', 'demo_requested', null],
    ['DemoRequested', 'demo_requested', null],
    ['demo-requested', 'demo_requested', null],
    ['demo.requested', 'demo_requested', null],
    ['DEMO_REQUESTED', 'demo_requested', null],
    ['PDFDownloaded', 'pdf_downloaded', null],
    ['step2Completed', 'step2_completed', null],
    ['Größe Geändert', 'größe_geändert', null],
    ['Gro\u0308ße', 'größe', null],
    ['डेमो का अनुरोध', 'डेमो_का_अनुरोध', null],
    ['サーバー', 'サーバー', null],
    ['İstanbul Seçildi', 'i̇stanbul_seçildi', null],
    ['١٢٣ طلب', '١٢٣_طلب', null],
    ['  PDF Downloaded ', 'pdf_downloaded', '  PDF Downloaded '],
    ['iOS Installed', 'i_os_installed', 'iOS Installed'],
    ['C++ Downloaded', 'c_downloaded', 'C++ Downloaded'],
    ['C# Downloaded', 'c_downloaded', 'C# Downloaded'],
    ['A/B Test', 'a_b_test', 'A/B Test'],
    ['v1.2 Released', 'v1_2_released', 'v1.2 Released'],
    ['50% Off', '50_off', '50% Off'],
    ['Signed up ❤️', 'signed_up', 'Signed up ❤️'],
    ['می\u200Cخواهم', 'می_خواهم', 'می\u200Cخواهم'],
    ['constructor', 'constructor', null],
    ['__proto__', 'proto', '__proto__'],
    ['🚀', '', '🚀'],
    [' - ', '', ' - '],
    [`${'long '.repeat(100)}name`, 'long_'.repeat(40), `${'long '.repeat(100)}name`],
  ])('%s → %s', (name, type, sent) => {
    expect(readEventName(name)).toEqual({ type, sent });
    expect(readEventName(name)).toEqual({ type, sent });
  });

  const part = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...'aAbBéÉe\u0301\u0308İiıßẞ1२डमेो \u200C_-./+#🚀ΣςDemo'), maxLength: 8 }),
  );

  it('tells names apart that differ in letters, marks or digits, by the type or by the name kept', () => {
    // What is told apart: names without regard to case, and to what stands between words.
    const essence = (name: string): string =>
      name
        .normalize('NFC')
        .toLowerCase()
        .normalize('NFC')
        .replace(/[^\p{L}\p{M}\p{N}]/gu, '');
    fc.assert(
      fc.property(part, part, (one, other) => {
        fc.pre(essence(one) !== essence(other));
        expect(readEventName(one)).not.toEqual(readEventName(other));
      }),
      { numRuns: 2_000 },
    );
  });

  it('makes types of lower case, in words joined by one underscore', () => {
    fc.assert(
      fc.property(part, (name) => {
        const { type } = readEventName(name);
        expect(type).toBe(type.normalize('NFC'));
        expect(type).toMatch(/^(?:[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:_(?=.)|$))*$/u);
      }),
      { numRuns: 1_000 },
    );
  });

  it('remembers a bounded number of names, and answers the same after them', () => {
    const before = readEventName('Demo Requested');
    for (let index = 0; index < 5_000; index += 1) readEventName(`name ${index}`);
    expect(readEventName('Demo Requested')).toEqual(before);
  });
});

describe('identityOf', () => {
  const zero = '00000000-0000-0000-0000-000000000000';
  it.each([
    ...[
      'null',
      'undefined',
      'NaN',
      'None',
      'none',
      '0',
      '[object Object]',
      'true',
      'false',
      'anonymous',
      'guest',
      zero,
    ],
    ...[
      '',
      '   ',
      'NULL',
      ' Undefined ',
      'Guest',
      '(not set)',
      '-',
      '000',
      '\u200B',
      '\u00A0\uFEFF',
      '\u3164',
      '\uFFFD',
    ],
    ...[0, true, false, {}, [], ['u'], null, undefined, 'tester'],
  ])('%j is nobody', (value) => {
    expect(identityOf(value, ['tester'])).toBeNull();
  });

  it.each([
    'u',
    '1',
    '10',
    'nobody',
    'Nullson',
    'anonymous-7f3',
    'Å',
    'डेमो',
    'a0',
    ' u ',
    '{u}',
    '00000000-0000-0000-0000-000000000001',
  ])('%s is somebody', (id) => {
    expect(identityOf(id, [])).toBe(id);
  });

  it('keeps the digits of numbers', () => {
    expect(identityOf(42, [])).toBe('42');
    expect(identityOf(new ExactNumber('157963456373623803'), [])).toBe('157963456373623803');
  });
});

describe('PropertyMap', () => {
  const flatten = (properties: object, most = 10, dropped: string[] = []): unknown => {
    const map = new PropertyMap(propertyNames(dropped), most);
    return map.addAll(properties as Record<string, unknown>) ?? { ...map.values };
  };
  const json = (text: string): object => JSON.parse(text) as object;

  it.each<[string, object, object]>([
    ['joins keys by dots', { a: { b: { c: 1 } }, yes: false }, { 'a.b.c': '1', yes: 'false' }],
    ['leaves out null', { a: null, b: { c: null } }, {}],
    ['keeps lists as JSON', { list: [{ sku: 'x' }, null], none: [] }, { list: '[{"sku":"x"},null]', none: '[]' }],
    [
      'keeps empty objects and blank texts',
      { a: {}, b: { c: {} }, d: ' ', e: '' },
      { a: '{}', 'b.c': '{}', d: ' ', e: '' },
    ],
    ['keeps as JSON below five levels', { a: { b: { c: { d: { e: { f: 1 } } } } } }, { 'a.b.c.d.e': '{"f":1}' }],
    [
      'numbers keys that are taken',
      { 'a.b': 1, a: { b: 2 }, 'a.b#2': 3 },
      { 'a.b': '1', 'a.b#2': '2', 'a.b#2#2': '3' },
    ],
    ['says the same text once', { 'a.b': 1, a: { b: '1' } }, { 'a.b': '1' }],
    ['takes an empty key', { '': { '': 1 }, x: { '': 2 } }, { '.': '1', 'x.': '2' }],
  ])('%s', (_title, properties, expected) => {
    expect(flatten(properties)).toEqual(expected);
  });

  it('takes any key', () => {
    const map = new PropertyMap(propertyNames([]), 10);
    expect(
      map.addAll(json('{"__proto__":"a","constructor":"b","toString":{"__proto__":1},"hasOwnProperty":2}') as never),
    ).toBeNull();
    expect(Object.entries(map.values)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['toString.__proto__', '1'],
      ['hasOwnProperty', '2'],
    ]);
  });

  it('drops a name and what is below it, and no name that only begins so', () => {
    const given = { phone: { home: 1 }, 'phone.work': 2, phones: 3, a: { phone: 4 } };
    expect(flatten(given, 10, ['phone'])).toEqual({ phones: '3', 'a.phone': '4' });
  });

  it('remembers a bounded number of names, and names the same after them', () => {
    const names = propertyNames([]);
    const before = names.own.below('plan').below('seats');
    for (let index = 0; index < 25_000; index += 1) names.own.below('plan').below(`key ${index}`);
    const after = names.own.below('plan').below('seats');
    expect(after).not.toBe(before);
    expect(after.text).toBe('plan.seats');
    expect(names.own.below('plan').below('seats')).toBe(after);
  });

  it('refuses above the bound and not at it, and what is nested too deeply', () => {
    expect(flatten({ a: 1, b: { c: 2 } }, 2)).toEqual({ a: '1', 'b.c': '2' });
    expect(flatten({ a: 1, b: { c: 2, d: 3 } }, 2)).toBe('too_many');
    expect(flatten({ a: json('['.repeat(100_000) + ']'.repeat(100_000)) })).toBe('too_deep');
  });
});

describe('values', () => {
  it.each([
    [numberOf('12.50'), 12.5],
    [numberOf('12,50'), null],
    [numberOf(Number.NaN), null],
    [numberOf('0x10'), null],
    [numberOf(' -1.5e3 '), -1500],
    [numberOf('1e400'), null],
    [numberOf(new ExactNumber('9007199254740993')), 9_007_199_254_740_992],
    [numberOf(new ExactNumber('1e400')), null],
    [textOf(new ExactNumber('1e400')), '1e400'],
    [textOf(42), '42'],
    [textOf('  '), null],
    [textOf({}), null],
    [countryOf('de'), 'DE'],
    [countryOf('Germany'), null],
  ])('row %#', (actual, expected) => {
    expect(actual).toBe(expected);
  });
});
