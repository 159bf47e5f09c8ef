import { findMisalignedDay } from '@millrace/contract-window';

/** Why windows of this size cannot make up the days of a zone, last year to next year; null when they can. */
export function dayAlignmentProblem(zone: string, sizeMs: number, now: Date): string | null {
  const year = now.getUTCFullYear();
  const day = findMisalignedDay(zone, sizeMs, `${year - 1}-01-01`, `${year + 1}-12-31`);
  if (day === null) return null;
  return `the day ${day.date} of ${zone} begins at ${new Date(day.start).toISOString()}, inside a window of ${sizeMs / 60_000} minutes`;
}
