import fc from 'fast-check';

import { DEFAULT_WAIT_MS, retryAfterMs } from './retry-after';

const NOW = Date.UTC(2026, 0, 5, 7);
const MONTH = 30 * 86_400_000;

it.each([
  ['seconds', '120', 120_000],
  ['seconds with space around them', ' 7 ', 7_000],
  ['zero', '0', 0],
  ['a fraction', '1.5', 1_500],
  ['a fraction of a millisecond, rounded up', '0.0001', 1],
  ['days', '259200', 3 * 86_400_000],
  ['years, which are not believed', '999999999', MONTH],
  ['a date', 'Mon, 05 Jan 2026 07:00:30 GMT', 30_000],
  ['a date of RFC 850', 'Monday, 05-Jan-26 07:00:30 GMT', 30_000],
  ['a date of asctime, which means UTC', 'Mon Jan  5 07:00:30 2026', 30_000],
  ['a date with an offset', 'Mon, 05 Jan 2026 08:00:30 +0100', 30_000],
  ['a date of ISO 8601', '2026-01-05T07:00:30Z', 30_000],
  ['a date of ISO 8601 with an offset', '2026-01-05T02:00:30.5-05:00', 30_500],
  ['a date days ahead', 'Thu, 08 Jan 2026 07:00:00 GMT', 3 * 86_400_000],
  ['a date years ahead, which is not believed', 'Thu, 08 Jan 2099 07:00:00 GMT', MONTH],
  ['a date that has passed', 'Mon, 05 Jan 2026 06:00:00 GMT', 0],
  ['a date long past', 'Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['a word', 'soon', DEFAULT_WAIT_MS],
  ['a number below zero', '-5', DEFAULT_WAIT_MS],
  ['a number with a unit', '30s', DEFAULT_WAIT_MS],
  ['a number in another notation', '1e3', DEFAULT_WAIT_MS],
  ['two numbers', '5, 10', DEFAULT_WAIT_MS],
  ['a date without a zone', '2026-01-05T07:00:30', DEFAULT_WAIT_MS],
  ['a date that does not exist', 'Mon, 99 Jan 2026 07:00:30 GMT', DEFAULT_WAIT_MS],
  ['more digits than a number has', '9'.repeat(400), DEFAULT_WAIT_MS],
  ['infinity', 'Infinity', DEFAULT_WAIT_MS],
])('%s: %j', (_what, value, expected) => {
  expect(retryAfterMs({ 'retry-after': value }, NOW)).toBe(expected);
});

it.each<Record<string, string>>([{}, { 'retry-after': '' }, { 'retry-after': '  ' }])(
  'is null where nothing is said: %j',
  (headers) => {
    expect(retryAfterMs(headers, NOW)).toBeNull();
  },
);

it('is a wait that can be kept, whatever is said', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.date().map(String)), (value) => {
      const wait = retryAfterMs({ 'retry-after': value }, NOW);
      expect(wait === null || (wait >= 0 && wait <= MONTH)).toBe(true);
    }),
  );
});
