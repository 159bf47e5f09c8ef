import { Cron } from 'croner';
import { ConfigError } from '@millrace/platform-errors';
import { DateTime } from 'luxon';

/**
 * Instants of a schedule. A local instant that does not exist (spring) fires at the first instant after the gap. Of one that
 * exists twice (autumn) the first fires; a schedule of every hour fires at both.
 */
export interface Ticker {
  /** The newest tick at or before `now`, or null. */
  newest(now: number): number | null;
  next(now: number): number | null;
  /** The newest tick before `instant`, or null. */
  previous(instant: number): number | null;
  /** Ticks in [from, through], ascending. Remembers its last answer: asked again a little later it looks at new ticks only. */
  between(from: number, through: number): readonly number[];
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
  const isEveryHour = cron === '@hourly' || cron.trim().split(/\s+/).at(-4) === '*';
  const next = (after: number): number | null => {
    let tick = job.nextRun(new Date(after))?.getTime() ?? null;
    while (tick !== null && !isEveryHour && isSecond(tick, zone)) tick = job.nextRun(new Date(tick))?.getTime() ?? null;
    return tick;
  };
  // From far enough back, forward: the same direction of time that the service itself lives through.
  const findNewest = (now: number): number | null => {
    for (const backMs of [61_000, 3_700_000, 90_000_000, 700_000_000, 32_000_000_000]) {
      let tick = next(now - backMs);
      if (tick === null || tick > now) continue;
      for (let later = next(tick); later !== null && later <= now; later = next(tick)) tick = later;
      return tick;
    }
    return null;
  };
  // Asked every second, and mostly for the same: a search costs a millisecond or more.
  let newest = { from: 0, until: 0, tick: null as number | null };
  let previous = { of: NaN, tick: null as number | null };
  return {
    newest(now) {
      if (newest.from <= now && now < newest.until) return newest.tick;
      const tick = findNewest(now);
      newest = { from: tick ?? now, until: next(now) ?? Infinity, tick };
      return tick;
    },
    next,
    previous(instant) {
      if (previous.of !== instant) previous = { of: instant, tick: findNewest(instant - 1) };
      return previous.tick;
    },
    between: rememberTicks(next),
    isTick: (instant) => findNewest(instant) === instant,
  };
}

/** Whether the clock of the zone showed the same before: it was put back in between. */
function isSecond(instant: number, zone: string): boolean {
  const [first] = DateTime.fromMillis(instant, { zone }).getPossibleOffsets();
  return first !== undefined && first.toMillis() < instant;
}

/** `between` of a ticker. Of a range that moves forward it keeps what is still inside. */
function rememberTicks(next: Ticker['next']): Ticker['between'] {
  let known = { from: Infinity, through: -Infinity, ticks: [] as readonly number[] };
  return (from, through) => {
    const isLater = known.from <= from && from <= known.through && known.through <= through;
    const kept = isLater ? known.ticks.filter((tick) => tick >= from) : [];
    const searched = isLater ? known.through : from - 1;
    const fresh = searched < through ? search(searched, through) : [];
    known = { from, through, ticks: [...kept, ...fresh] };
    return known.ticks;
  };

  function search(after: number, through: number): number[] {
    const found: number[] = [];
    for (let tick = next(after); tick !== null && tick <= through; tick = next(tick)) found.push(tick);
    return found;
  }
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
