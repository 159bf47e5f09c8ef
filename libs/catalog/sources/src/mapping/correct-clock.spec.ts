import fc from 'fast-check';

import { CLOCK_CORRECTIONS, correctClock, type ClockCorrection } from './correct-clock';

const RECEIVED_AT = Date.parse('2026-11-26T04:42:00Z');
const TIMESTAMP = Date.parse('2026-11-26T02:30:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Minutes that the time moves when the client says it sent `ahead` milliseconds after the receipt. */
const moved = (ahead: number, correction: ClockCorrection = 'fast_only', timestamp = TIMESTAMP): number =>
  (correctClock(timestamp, RECEIVED_AT, RECEIVED_AT + ahead, correction) - timestamp) / MINUTE;

it.each([
  ['within the allowance', 2 * MINUTE, 0],
  ['just above it', 2 * MINUTE + 1, -2],
  ['ten minutes', 10 * MINUTE, -10],
  ['ten minutes less the transport', 10 * MINUTE - 1_700, -10],
  ['an hour', HOUR, -60],
  ['a year', 365 * DAY, -365 * 24 * 60],
  ['eleven years: never set', 11 * 365.25 * DAY, 0],
  ['year 9999', Date.parse('9999-12-31T00:00:00Z') - RECEIVED_AT, 0],
])('a clock that is fast by %s', (_title, ahead, expected) => {
  expect(moved(ahead)).toBeCloseTo(expected, 9);
  expect(moved(ahead, 'both')).toBeCloseTo(expected, 9);
  expect(moved(ahead, 'none')).toBeCloseTo(0, 9);
});

it.each([
  ['ten minutes', 10 * MINUTE, 10],
  ['an hour', HOUR, 60],
  ['three hours, older than the event: no later than the receipt', 3 * HOUR, 132],
  ['14 days', 14 * DAY, 132],
  ['since the year 1', RECEIVED_AT - Date.parse('0001-01-01T00:00:00Z'), 0],
])(
  'a sentAt that lies %s behind the receipt lets the time stand, unless both directions are asked for',
  (_title, behind, both) => {
    expect(moved(-behind)).toBe(0);
    expect(moved(-behind, 'none')).toBe(0);
    expect(moved(-behind, 'both')).toBe(both);
  },
);

it('lets the time stand when there is no sentAt', () => {
  for (const correction of CLOCK_CORRECTIONS) expect(correctClock(5, 6, null, correction)).toBe(5);
});

it('never makes an event later than its receipt, and moves it by whole minutes only', () => {
  const instants = fc.integer({ min: RECEIVED_AT - 20 * 365 * DAY, max: RECEIVED_AT + 20 * 365 * DAY });
  fc.assert(
    fc.property(instants, instants, fc.constantFrom(...CLOCK_CORRECTIONS), (timestamp, sentAt, correction) => {
      const corrected = correctClock(timestamp, RECEIVED_AT, sentAt, correction);
      if (corrected > timestamp) expect(corrected).toBeLessThanOrEqual(RECEIVED_AT);
      if (corrected < timestamp) expect((timestamp - corrected) % MINUTE).toBe(0);
      if (sentAt <= RECEIVED_AT && correction === 'fast_only') expect(corrected).toBe(timestamp);
    }),
  );
});

it('delivers the same bytes later as the same time, whatever a slow or late sentAt says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30 * DAY }), fc.integer({ min: 0, max: 30 * DAY }), (behind, later) => {
      const sentAt = RECEIVED_AT - behind;
      const first = correctClock(TIMESTAMP, RECEIVED_AT, sentAt, 'fast_only');
      expect(correctClock(TIMESTAMP, RECEIVED_AT + later, sentAt, 'fast_only')).toBe(first);
    }),
  );
});
