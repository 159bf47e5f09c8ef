import { dayAt, dayOf, isDayComplete, type Day, type SealStep } from '@millrace/contract-window';

/** A visit that crosses midnight makes the first minutes of a day depend on the end of the day before. */
export interface DaySpill {
  readonly zone: string;
  readonly inactivityMs: number;
}

/** Local days whose rows may change with a signal in the window: its own, and the next one when a visit can reach into it. */
export function daysOfWindow(windowStart: number, sizeMs: number, { zone, inactivityMs }: DaySpill): Day[] {
  const first = dayAt(windowStart, zone);
  const days = [first];
  const last = windowStart + sizeMs - 1 + inactivityMs;
  if (last >= first.end) days.push(dayAt(last, zone));
  return days;
}

/** Newest step that touched each local day, from the newest step that touched each window. */
export function touchedSteps(
  windows: readonly { readonly window_start: number; readonly step: number }[],
  sizeMs: number,
  spill: DaySpill,
): Map<string, number> {
  const touched = new Map<string, number>();
  for (const { window_start: start, step } of windows) {
    for (const { date } of daysOfWindow(start, sizeMs, spill))
      touched.set(date, Math.max(step, touched.get(date) ?? 0));
  }
  return touched;
}

/** Days that became complete between two states of the chain; at most `limit`, the newest. */
export function newlyCompleteDays(previousT: number, head: SealStep, zone: string, limit = 7): string[] {
  const graceMs = head.window.grace_ms;
  const dates: string[] = [];
  let day = dayAt(head.closed_through - graceMs, zone);
  for (let index = 0; index < limit; index++) {
    day = dayAt(day.start - 1, zone);
    if (isDayComplete(day, previousT, graceMs)) break;
    if (isDayComplete(day, head.closed_through, graceMs)) dates.push(day.date);
  }
  return dates.reverse();
}

export interface DayBounds {
  readonly day: string;
  readonly zone: string;
  readonly day_start: string;
  readonly day_end: string;
  /** Start of the first window that is read: the half hour before the day belongs to a visit that may go on. */
  readonly first_window: string;
  readonly visit_start: string;
}

/** Bounds of a day as UTC literals for SQL. */
export function dayBounds(date: string, sizeMs: number, { zone, inactivityMs }: DaySpill): DayBounds {
  const day = dayOf(date, zone);
  const visitStart = day.start - inactivityMs;
  return {
    day: date,
    zone,
    day_start: utcLiteral(day.start),
    day_end: utcLiteral(day.end),
    visit_start: utcLiteral(visitStart),
    first_window: utcLiteral(Math.floor(visitStart / sizeMs) * sizeMs),
  };
}

/** `YYYY-MM-DD HH:MM:SS`; every bound here is a whole second. */
export const utcLiteral = (instant: number): string => new Date(instant).toISOString().slice(0, 19).replace('T', ' ');
