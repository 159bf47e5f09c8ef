import { toEventName } from './event-name';
import { flattenProperties } from './flatten-properties';
import { countryOf, numberOf, textOf } from './values';

describe('toEventName', () => {
  it.each([
    ['Demo Requested', 'demo_requested'],
    ['demoRequested', 'demo_requested'],
    ['demo-requested', 'demo_requested'],
    ['  PDF Downloaded ', 'pdf_downloaded'],
    ['PDFDownloaded', 'pdf_downloaded'],
    ['step2Completed', 'step2_completed'],
    ['Größe Geändert', 'größe_geändert'],
    [' - ', ''],
  ])('%s → %s', (name, expected) => {
    expect(toEventName(name)).toBe(expected);
    expect(toEventName(name)).toBe(expected);
  });
});

describe('flattenProperties', () => {
  it('joins keys by dots, keeps lists as JSON and leaves out what is null', () => {
    const properties = { a: { b: { c: 1 } }, list: [{ sku: 'x' }], no: null, yes: false };
    expect(flattenProperties(properties, 10)).toEqual({ 'a.b.c': '1', list: '[{"sku":"x"}]', yes: 'false' });
  });

  it('keeps what lies deeper than five levels as JSON', () => {
    expect(flattenProperties({ a: { b: { c: { d: { e: { f: 1 } } } } } }, 10)).toEqual({ 'a.b.c.d.e': '{"f":1}' });
  });

  it('is null above the bound and not at it', () => {
    expect(flattenProperties({ a: 1, b: { c: 2 } }, 2)).toEqual({ a: '1', 'b.c': '2' });
    expect(flattenProperties({ a: 1, b: { c: 2, d: 3 } }, 2)).toBeNull();
  });
});

describe('values', () => {
  it.each([
    [numberOf('12.50'), 12.5],
    [numberOf('12,50'), null],
    [numberOf(Number.NaN), null],
    [textOf(42), '42'],
    [textOf('  '), null],
    [textOf({}), null],
    [countryOf('de'), 'DE'],
    [countryOf('Germany'), null],
  ])('row %#', (actual, expected) => {
    expect(actual).toBe(expected);
  });
});
