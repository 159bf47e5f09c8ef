import { DateTime, IANAZone } from 'luxon';

import { closedBefore, windowStartOf, type WindowSettings } from './window';

const FIXED_OFFSETS: ReadonlyMap<string, string> = new Map([
  ['EST', 'UTC-5'],
  ['MST', 'UTC-7'],
  ['HST', 'UTC-10'],
]);

/** A local calendar day of a zone as UTC instants, `[start, end)` in epoch milliseconds: 23, 24 or 25 hours, or what the zone says. */
export interface Day {
  readonly zone: string;
  /** YYYY-MM-DD. A label for people; keys use `start` and `zone`. */
  readonly date: string;
  readonly start: number;
  readonly end: number;
}

/** A zone name that luxon knows; abbreviations such as EST become their fixed offset. Throws RangeError otherwise. */
export function resolveZone(zone: string): string {
  const resolved = FIXED_OFFSETS.get(zone) ?? zone;
  if (!DateTime.utc().setZone(resolved).isValid) {
    throw new RangeError(`"${zone}" is not a time zone: use an IANA name such as America/New_York`);
  }
  return resolved;
}

export const isIanaZone = (zone: string): boolean => IANAZone.isValidZone(zone) && !FIXED_OFFSETS.has(zone);

/**
 * The first instant of a local date. Where the clock goes back at one in the morning (Havana), midnight happens twice and the
 * day begins with the first; luxon answers with either.
 */
function startOfDate(date: string, zone: string): number {
  const start = DateTime.fromISO(date, { zone }).startOf('day').toMillis();
  const before = DateTime.fromMillis(start - 1, { zone });
  if (before.toISODate() !== date) return start;
  return start - (before.offset - DateTime.fromMillis(start, { zone }).offset) * 60_000;
}

/** The day `date` (YYYY-MM-DD) of a zone. Throws RangeError when the date does not parse. */
export function dayOf(date: string, zone: string): Day {
  const resolved = resolveZone(zone);
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || !DateTime.fromISO(date, { zone: 'utc' }).isValid) {
    throw new RangeError(`"${date}" is not a date that exists: use YYYY-MM-DD`);
  }
  return { zone, date, start: startOfDate(date, resolved), end: startOfDate(addDays(date, 1), resolved) };
}

/** The local day that holds `instant`. */
export function dayAt(instant: number, zone: string): Day {
  return dayOf(DateTime.fromMillis(instant, { zone: resolveZone(zone) }).toISODate() ?? '', zone);
}

/** The date `days` later (negative: earlier), as YYYY-MM-DD. Pure calendar arithmetic, no zone. */
export function addDays(date: string, days: number): string {
  const result = DateTime.fromISO(date, { zone: 'utc' }).plus({ days }).toISODate();
  if (result === null) throw new RangeError(`"${date}" is no date: use YYYY-MM-DD`);
  return result;
}

/** Days `[from, to]`, both included, ascending. */
export function daysBetween(from: string, to: string, zone: string): Day[] {
  const days: Day[] = [];
  for (let date = from; date <= to; date = addDays(date, 1)) days.push(dayOf(date, zone));
  return days;
}

/** Window starts of a day, ascending. */
export function windowsOfDay(day: Day, sizeMs: number): number[] {
  const starts: number[] = [];
  for (let start = windowStartOf(day.start, sizeMs); start < day.end; start += sizeMs) starts.push(start);
  return starts;
}

/** A day is complete at T when the windows up to its end, and `spillMs` past it, are closed. */
export function isDayComplete(day: Day, closedThrough: number, window: WindowSettings, spillMs = 0): boolean {
  return day.end + spillMs <= closedBefore(closedThrough, window);
}

/** The first day boundary between two dates that falls on no window boundary, or null: such a window size cannot serve the zone. */
export function findMisalignedDay(zone: string, sizeMs: number, from: string, to: string): Day | null {
  return daysBetween(from, to, zone).find((day) => day.start % sizeMs !== 0) ?? null;
}
