import { createPast, createSimulation } from '@millrace/simulation';
import { windowStartOf } from '@millrace/contract-window';
import { DateTime } from 'luxon';

import { deliveryLagHours, monthTick, nightTick, playedLateHours, weekTick } from './night';
import { WINDOWS, ZONE } from './surroundings';
import { computeTargets } from './targets';
import type { Measured, Prices } from './targets';

const at = (local: string): number => DateTime.fromISO(local, { zone: ZONE }).toMillis();

describe('the night’s tick', () => {
  it.each([
    ['in the afternoon', '2026-11-26T15:00', '2026-11-26T02:00'],
    ['at the tick', '2026-11-26T02:00', '2026-11-26T02:00'],
    ['before it', '2026-11-26T01:59', '2026-11-25T02:00'],
    ['just after midnight', '2026-11-26T00:00', '2026-11-25T02:00'],
    ['when the clocks went back', '2026-11-01T12:00', '2026-11-01T02:00'],
    ['when the hour was left out', '2026-03-08T12:00', '2026-03-08T03:00'],
  ])('%s', (_when, now, tick) => {
    expect(nightTick(at(now), 0)).toBe(at(tick));
  });
});

describe('the ticks of week and month', () => {
  it.each([
    ['on a Saturday', '2026-11-28T02:00', '2026-11-23T00:30', '2026-11-01T04:00'],
    ['on a Monday', '2026-11-23T02:00', '2026-11-23T00:30', '2026-11-01T04:00'],
    ['on the 1st, whose run is to come', '2026-12-01T02:00', '2026-11-30T00:30', '2026-11-01T04:00'],
    ['on the 2nd', '2026-12-02T02:00', '2026-11-30T00:30', '2026-12-01T04:00'],
    ['in the new year', '2027-01-01T02:00', '2026-12-28T00:30', '2026-12-01T04:00'],
  ])('%s', (_when, night, week, month) => {
    expect(weekTick(at(night), 0)).toBe(at(week));
    expect(monthTick(at(night))).toBe(at(month));
    expect(weekTick(at(night), 1)).toBe(DateTime.fromISO(week, { zone: ZONE }).minus({ weeks: 1 }).toMillis());
  });

  it('lie behind the past that they judge', () => {
    const lastNight = at('2026-12-01T02:00');
    const past = createPast({ seed: 7, zone: ZONE, lastNight, after: 60 });
    expect(past.month).toBe('2026-10');
    expect(past.signals.every(({ occurred_at: when }) => when < lastNight)).toBe(true);
  });
});

/** The demo started at `now` with the shipped options, ten seconds long; signals of the real simulation. */
function freshnessAt(now: number) {
  const company = createSimulation({ seed: 7, days: 5, accounts: 60, signalsPerDay: 3_000, endsAt: now, zone: ZONE });
  const asOf = nightTick(now, 0);
  const seen = [...company.events].filter(({ fate }) => fate !== 'invalid').map(({ occurredAt }) => occurredAt);
  const scoredBefore = DateTime.fromMillis(asOf, { zone: ZONE }).startOf('day').toMillis();
  const starts = seen
    .map((occurredAt) => windowStartOf(occurredAt, WINDOWS.sizeMs))
    .filter((start) => start < scoredBefore);
  const newestWindowEnd = starts.reduce((newest, start) => Math.max(newest, start), 0) + WINDOWS.sizeMs;
  const lastOutcome = now + 40_000;
  const moments = { asOf, startedAt: now + 30_000, deliveryLagSeconds: (lastOutcome - newestWindowEnd) / 1000 };
  const measured = { deliveryLagHours: deliveryLagHours(moments), playedLateHours: playedLateHours(moments) };
  const target = computeTargets({ ...NOTHING, ...measured }, PRICES).find(({ name }) => name === 'freshness');
  return { ...measured, target };
}

const NOTHING: Measured = {
  durationSeconds: null,
  sealed: 0,
  errorRatio: 0,
  throughputPerMinute: null,
  deliveryLagHours: null,
  playedLateHours: null,
  medianAgeHours: 10,
  successRatio: null,
  cpuSeconds: null,
  storedBytes: 0,
  kafkaBytes: 0,
  calls: 0,
};
const PRICES: Prices = {
  as_of: '2026-11-01',
  cpu_hour: 0,
  storage_gigabyte_month: 0,
  storage_months: 0,
  kafka_gigabyte: 0,
  api_call: 0,
};

describe('freshness is the river’s, not the hour’s at which somebody starts the demo', () => {
  const hours = ['00:10', '01:59', '02:01', '05:00', '08:30', '12:00', '16:45', '23:50'];
  const days = ['2026-11-26', '2026-11-29', '2026-03-08'];
  it.each(days.flatMap((day) => hours.map((hour) => `${day}T${hour}`)))('started %s', (local) => {
    const { deliveryLagHours: lag, playedLateHours: late, target } = freshnessAt(at(local));
    expect(target?.is_ok).toBe(true);
    // Two hours from the day's end to the tick, and those of its evening in which nobody did anything.
    expect(lag).toBeGreaterThan(1);
    expect(target?.note).toContain(`the demo ran it ${late?.toFixed(1)} h later`);
  });

  it('still says not ok when the run itself takes too long', () => {
    const asOf = at('2026-11-26T02:00');
    const moments = { asOf, startedAt: asOf, deliveryLagSeconds: 7 * 3600 };
    expect(deliveryLagHours(moments)).toBe(7);
    expect(deliveryLagHours({ ...moments, deliveryLagSeconds: null })).toBeNull();
    expect(deliveryLagHours({ ...moments, startedAt: null })).toBeNull();
  });
});
