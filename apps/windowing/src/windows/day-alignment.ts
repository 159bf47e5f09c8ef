import { addDays, dayOf } from '@millrace/contract-window';

/** Where a day begins changes with the zone's offset alone, and no zone keeps an offset for less than a month. */
const LOOK_EVERY_DAYS = 7;

/** Why windows of this size cannot make up the days of a zone, last year to next year; null when they can. */
export function dayAlignmentProblem(zone: string, sizeMs: number, now: Date): string | null {
  const year = now.getUTCFullYear();
  for (let date = `${year - 1}-01-01`; date <= `${year + 1}-12-31`; date = addDays(date, LOOK_EVERY_DAYS)) {
    const { start } = dayOf(date, zone);
    if (start % sizeMs === 0) continue;
    return `the day ${date} of ${zone} begins at ${new Date(start).toISOString()}, inside a window of ${sizeMs / 60_000} minutes`;
  }
  return null;
}
