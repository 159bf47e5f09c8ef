import { dayAt, dayOf, isDayComplete, type Day, type SealStep } from '@millrace/contract-window';

/** A visit that crosses midnight ties the first minutes of a day to the last ones of the day before. */
export interface DaySpill {
  readonly zone: string;
  readonly spillMs: number;
}

/** Local days whose rows may change with a signal in the window: its own, and a neighbour that a visit can reach. */
export function daysOfWindow(windowStart: number, sizeMs: number, { zone, spillMs }: DaySpill): Day[] {
  const last = windowStart + sizeMs - 1 + spillMs;
  let day = dayAt(windowStart - spillMs, zone);
  const days = [day];
  while (day.end <= last) {
    day = dayAt(day.end, zone);
    days.push(day);
  }
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

/** Whether the day, and what it reads past its end, is sealed at T; of the step only its windows count. */
export function isCompleteAt(closedThrough: number, day: Day, { window }: SealStep, { spillMs }: DaySpill): boolean {
  return isDayComplete(day, closedThrough, { sizeMs: window.size_ms, graceMs: window.grace_ms }, spillMs);
}

/** Days that became complete between two states of the chain; at most `limit`, the newest. */
export function newlyCompleteDays(previousT: number, head: SealStep, spill: DaySpill, limit = 7): string[] {
  const { zone, spillMs } = spill;
  const dates: string[] = [];
  let day = dayAt(head.closed_through - head.window.grace_ms - spillMs, zone);
  while (dates.length < limit) {
    day = dayAt(day.start - 1, zone);
    if (isCompleteAt(previousT, day, head, spill)) break;
    if (isCompleteAt(head.closed_through, day, head, spill)) dates.push(day.date);
  }
  return dates.reverse();
}

export interface DayBounds {
  readonly day: string;
  readonly zone: string;
  readonly day_start: string;
  readonly day_end: string;
  /** Start of the first window that is read. */
  readonly first_window: string;
  /** A visit of the day may have begun, or may go on, on the other side of midnight: from here to there. */
  readonly visit_start: string;
  readonly visit_end: string;
}

/** Bounds of a day as UTC literals for SQL. */
export function dayBounds(date: string, sizeMs: number, { zone, spillMs }: DaySpill): DayBounds {
  const day = dayOf(date, zone);
  const visitStart = day.start - spillMs;
  return {
    day: date,
    zone,
    day_start: utcLiteral(day.start),
    day_end: utcLiteral(day.end),
    visit_start: utcLiteral(visitStart),
    visit_end: utcLiteral(day.end + spillMs),
    first_window: utcLiteral(Math.floor(visitStart / sizeMs) * sizeMs),
  };
}

/** `YYYY-MM-DD HH:MM:SS`; every bound here is a whole second. */
export const utcLiteral = (instant: number): string => new Date(instant).toISOString().slice(0, 19).replace('T', ' ');
