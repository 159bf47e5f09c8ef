import { dayInZone } from './day-in-zone';
import type { Limit } from './limit';

/** Counts the calls of one limit. Instants are epoch milliseconds. */
export interface Meter {
  /** How long until one more call fits below `allowed`; 0: now. */
  waitMs(allowed: number, now: number): number;
  add(at: number, calls: number): void;
  /** A call has ended. */
  end?(): void;
}

const DAY_MS = 86_400_000;
/** A call under way ends when it ends: look again after so long. */
const AT_ONCE_WAIT_MS = 5;
/** Calls of a rolling day are remembered by the minute, 1,440 counts instead of 650,000 instants. */
const ROLLING_DAY_GRAIN_MS = 60_000;

export function createMeter(limit: Limit): Meter {
  switch (limit.kind) {
    case 'seconds':
      return slidingWindow(limit.seconds * 1000);
    case 'day':
      return limit.resets === 'rolling' ? slidingWindow(DAY_MS, ROLLING_DAY_GRAIN_MS) : calendarDay(limit.resets.zone);
    case 'at_once':
      return underWay();
  }
}

/** Calls of the last `lengthMs`. With a grain, instants are rounded up to it: never more calls, at most that much later. */
function slidingWindow(lengthMs: number, grainMs = 1): Meter {
  let marks: { readonly at: number; calls: number }[] = [];
  let total = 0;
  const forget = (now: number): void => {
    const kept = marks.findIndex(({ at }) => at > now - lengthMs);
    const gone = kept < 0 ? marks : marks.slice(0, kept);
    if (gone.length === 0) return;
    total -= gone.reduce((sum, { calls }) => sum + calls, 0);
    marks = marks.slice(gone.length);
  };
  return {
    waitMs(allowed, now) {
      forget(now);
      let tooMany = total - allowed + 1;
      if (tooMany <= 0) return 0;
      const last = marks.find(({ calls }) => (tooMany -= calls) <= 0);
      return (last?.at ?? now) + lengthMs - now;
    },
    add(at, calls) {
      const rounded = Math.ceil(at / grainMs) * grainMs;
      total += calls;
      const before = marks.findLastIndex((mark) => mark.at <= rounded);
      const mark = marks[before];
      if (mark?.at === rounded) mark.calls += calls;
      else marks.splice(before + 1, 0, { at: rounded, calls });
    },
  };
}

/** Calls since midnight of a zone. */
function calendarDay(zone: string): Meter {
  let day = { begins: 0, ends: 0 };
  let total = 0;
  const turnTo = (now: number): void => {
    if (now < day.ends) return;
    day = dayInZone(zone, now);
    total = 0;
  };
  return {
    waitMs(allowed, now) {
      turnTo(now);
      return total < allowed ? 0 : day.ends - now;
    },
    add(at, calls) {
      turnTo(at);
      if (at >= day.begins) total += calls;
    },
  };
}

function underWay(): Meter {
  let running = 0;
  return {
    waitMs: (allowed) => (running < allowed ? 0 : AT_ONCE_WAIT_MS),
    add: (_at, calls) => void (running += calls),
    end: () => void (running -= 1),
  };
}
