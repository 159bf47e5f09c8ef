import { createTicker } from './ticks';
import { parseAsOf } from './as-of';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const read = (typed: string, cron = '0 2 * * *', zone = 'America/New_York'): string =>
  new Date(parseAsOf(typed, { ticker: createTicker(cron, zone), zone, now: NOW })).toISOString();

it.each([
  ['2026-11-24', undefined, undefined, '2026-11-24T07:00:00.000Z'],
  ['2026-11-25', undefined, undefined, '2026-11-25T07:00:00.000Z'],
  ['2026-11-25', undefined, 'Europe/Berlin', '2026-11-25T01:00:00.000Z'],
  ['2026-11-24', '0 0 * * *', undefined, '2026-11-24T05:00:00.000Z'],
  ['2026-03-08', undefined, undefined, '2026-03-08T07:00:00.000Z'],
  ['2026-11-23', '30 3 * * 1', undefined, '2026-11-23T08:30:00.000Z'],
  ['2026-11-24T02:00:00-05:00', undefined, undefined, '2026-11-24T07:00:00.000Z'],
  ['2026-11-25T12:00:03Z', undefined, undefined, '2026-11-25T12:00:03.000Z'],
])('--as-of %s by "%s" in %s is %s', (typed, cron, zone, expected) => expect(read(typed, cron, zone)).toBe(expected));

it.each([
  ['2026-11-25T02:00', undefined, 'says no zone'],
  ['2026-11-26', undefined, 'is in the future'],
  ['2030-01-01T00:00:00Z', undefined, 'is in the future'],
  ['2026-11-25', '0 23 * * *', 'the tick of 2026-11-25 (2026-11-26T04:00:00.000Z) is in the future'],
  ['2026-11-24', '30 3 * * 1', 'no tick on 2026-11-24 in America/New_York, the next is 2026-11-30T08:30:00.000Z'],
  ['2026-11-24', '0 2,14 * * *', 'more than one tick on 2026-11-24'],
  ['2026-11-24', '* * * * *', 'more than one tick on 2026-11-24'],
  ['2026-11-31', undefined, 'is not a date that exists'],
  ['yesterday', undefined, 'is not a date or a time'],
])('refuses --as-of %s by "%s": %s', (typed, cron, why) => {
  expect(() => read(typed, cron)).toThrow(why);
  expect(() => read(typed, cron)).toThrow(RangeError);
});
