import fc from 'fast-check';
import { DateTime } from 'luxon';

import { endOf, parseDays, parseRange, parseWhen, startOf } from './when';

const NEW_YORK = 'America/New_York';
const BERLIN = 'Europe/Berlin';
const NOW = Date.parse('2026-12-24T12:00:00Z');
const read = (text: string, zone: string): string => {
  const when = parseWhen(text, zone);
  return `${when.kind} ${new Date(startOf(when)).toISOString()} ${new Date(endOf(when)).toISOString()}`;
};

describe('parseWhen', () => {
  it.each([
    ['2026-11-25', NEW_YORK, 'day 2026-11-25T05:00:00.000Z 2026-11-26T05:00:00.000Z'],
    ['2026-11-25', BERLIN, 'day 2026-11-24T23:00:00.000Z 2026-11-25T23:00:00.000Z'],
    ['2026-03-08', NEW_YORK, 'day 2026-03-08T05:00:00.000Z 2026-03-09T04:00:00.000Z'],
    ['2026-11-25T02:00Z', BERLIN, 'instant 2026-11-25T02:00:00.000Z 2026-11-25T02:00:00.000Z'],
    ['2026-11-25t02:00:00z', NEW_YORK, 'instant 2026-11-25T02:00:00.000Z 2026-11-25T02:00:00.000Z'],
    ['2026-11-25 02:00:00-05:00', BERLIN, 'instant 2026-11-25T07:00:00.000Z 2026-11-25T07:00:00.000Z'],
    ['2026-11-25T02:00:00.25+0530', BERLIN, 'instant 2026-11-24T20:30:00.250Z 2026-11-24T20:30:00.250Z'],
    ['2026-11-25T02:00:00+01', NEW_YORK, 'instant 2026-11-25T01:00:00.000Z 2026-11-25T01:00:00.000Z'],
    ['2028-02-29', 'UTC', 'day 2028-02-29T00:00:00.000Z 2028-03-01T00:00:00.000Z'],
  ])('%s in %s is %s', (text, zone, expected) => expect(read(text, zone)).toBe(expected));

  it.each([
    ['2026-11-25T02:00', 'says no zone: write 2026-11-25T02:00Z (UTC) or 2026-11-25T02:00-05:00 (America/New_York)'],
    ['2026-11-25 02:00:00', 'says no zone'],
    ['2026-02-29', 'is not a date that exists'],
    ['2026-13-01', 'is not a date that exists'],
    ['2026-00-10', 'is not a date that exists'],
    ['2026-02-30T10:00:00Z', 'does not exist'],
    ['2026-11-25T25:00:00Z', 'does not exist'],
    ['2026-11-25T24:00:00Z', 'does not exist'],
    ['2026-11-25T10:61Z', 'does not exist'],
    ['2026-11-25T10:00:00 EST', 'ends in no zone that is known'],
    ['2026-11-25T10:00:00[Europe/Berlin]', 'ends in no zone that is known'],
    ['2026-11-25T10:00:00+25:00', 'ends in no zone that is known'],
    ...[
      '',
      ' ',
      '0',
      '1',
      '20261125',
      '1795503600000',
      '-1',
      'today',
      'yesterday',
      '2026',
      '2026-11',
      '2026-1-5',
      '26-11-25',
      '25.11.2026',
      '11/25/2026',
      '2026-W48-3',
      '2026-329',
      'Nov 25 2026',
      '2026-11-25T',
      ' 2026-11-25',
      '10:00Z',
      '+002026-11-25',
    ].map((text) => [text, 'is not a date or a time: write 2026-11-20']),
  ])('refuses %j: %s', (text, why) => {
    expect(() => parseWhen(text as string, NEW_YORK)).toThrow(why);
    expect(() => parseWhen(text as string, NEW_YORK)).toThrow(RangeError);
  });

  it('reads back every instant in every offset', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: -56, max: 56 }), (at, quarters) => {
        const text = DateTime.fromMillis(at, {
          zone: `UTC${quarters < 0 ? '-' : '+'}${(Math.abs(quarters) / 4) | 0}`,
        }).toISO();
        expect(startOf(parseWhen(text ?? '', BERLIN))).toBe(at);
      }),
    );
  });
});

describe('parseRange', () => {
  const now = Date.parse('2026-11-25T12:00:00Z');
  const range = (from?: string, to?: string): string[] => {
    const { from: first, to: end } = parseRange({ from, to }, NEW_YORK, now);
    return [first, end].map((at) => new Date(at).toISOString().replace('.000Z', 'Z'));
  };

  it.each([
    [undefined, undefined, '1970-01-01T00:00:00Z', '2100-01-01T00:00:00Z'],
    ['2026-11-24', '2026-11-24', '2026-11-24T05:00:00Z', '2026-11-25T05:00:00Z'],
    ['2026-11-24', '2026-11-25', '2026-11-24T05:00:00Z', '2026-11-26T05:00:00Z'],
    ['2026-11-24T10:00Z', '2026-11-24T11:00Z', '2026-11-24T10:00:00Z', '2026-11-24T11:00:00Z'],
    [undefined, '2026-11-24', '1970-01-01T00:00:00Z', '2026-11-25T05:00:00Z'],
  ])('%s to %s is [%s, %s)', (from, to, first, end) => expect(range(from, to)).toEqual([first, end]));

  it.each([
    ['2026-11-26', undefined, '2026-11-26 is in the future: it is 2026-11-25T12:00:00.000Z now'],
    [undefined, '2027-01-01', 'is in the future'],
    ['2026-11-25T12:00:10Z', undefined, 'is in the future'],
    ['2026-11-24', '2026-11-23', 'is empty: the earlier comes first'],
    ['2026-11-24T10:00Z', '2026-11-24T10:00Z', 'is empty'],
    ['1969-12-31', undefined, 'is before 1970'],
  ])('refuses %s to %s: %s', (from, to, why) => expect(() => range(from, to)).toThrow(why));
});

describe('parseDays', () => {
  it('reads a range', () => {
    expect(parseDays('2026-11-20', '2026-11-20', BERLIN, NOW)).toEqual({ from: '2026-11-20', to: '2026-11-20' });
  });

  it.each([
    ['2026-11-21', '2026-11-20', 'is after'],
    ['2026-11-31', '2026-12-02', 'is not a date that exists'],
    ['2026-11-20T00:00:00Z', '2026-12-02', 'is not a date: write a day in Europe/Berlin'],
    ['0001-01-01', '2026-12-02', 'more than ten years'],
    ['1', '2', 'is not a date'],
    ['2026-12-01', '2027-02-01', 'is in the future'],
  ])('refuses %s to %s: %s', (from, to, why) => expect(() => parseDays(from, to, BERLIN, NOW)).toThrow(why));

  it('refuses a zone that does not exist', () => {
    expect(() => parseDays('2026-11-20', '2026-11-20', 'Europe/Berln', NOW)).toThrow('is not a time zone');
  });
});
