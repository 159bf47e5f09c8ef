import { Cron } from 'croner';
import { ConfigError } from '@millrace/platform-errors';
import { DateTime } from 'luxon';

/**
 * Instants of a schedule. A local instant that does not exist (spring) fires at the first instant after the gap, one
 * that exists twice (autumn) fires once.
 */
export interface Ticker {
  /** The newest tick at or before `now`, or null. */
  newest(now: number): number | null;
  next(now: number): number | null;
  /** Whether `instant` is a tick. */
  isTick(instant: number): boolean;
}

/** Throws ConfigError for a pattern or zone that croner does not understand; `origin` says where they were set. */
export function createTicker(cron: string, zone: string, origin = 'the schedule'): Ticker {
  let job: Cron;
  try {
    job = new Cron(cron, { timezone: zone, paused: true });
    job.nextRun(new Date(0));
  } catch (error) {
    throw new ConfigError(`${origin}: "${cron}" in ${zone} is not a schedule`, {
      cause: error,
      advice: 'Use five cron fields and an IANA zone, such as 0 2 * * * in America/New_York',
    });
  }
  const next = (after: number): number | null => job.nextRun(new Date(after))?.getTime() ?? null;
  // From far enough back, forward: the same direction of time that the service itself lives through.
  const newest = (now: number): number | null => {
    for (const backMs of [61_000, 3_700_000, 90_000_000, 700_000_000, 32_000_000_000]) {
      let tick = next(now - backMs);
      if (tick === null || tick > now) continue;
      for (let later = next(tick); later !== null && later <= now; later = next(tick)) tick = later;
      return tick;
    }
    return null;
  };
  return { newest, next, isTick: (instant) => newest(instant) === instant };
}

/** The first instant at or after `instant` at which the clock of the zone shows `time` (HH:MM). */
export function nextLocalTime(instant: number, time: string, zone: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const start = DateTime.fromMillis(instant, { zone });
  for (let days = 0; ; days++) {
    const candidate = start.plus({ days }).set({ hour, minute, second: 0, millisecond: 0 }).toMillis();
    if (candidate >= instant) return candidate;
  }
}
