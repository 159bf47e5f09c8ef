import { closedBefore, dayOf, isDayComplete, lastCompleteDay, type SealStep } from '@millrace/contract-window';

/** What a run of local date `asOfDate` (through the day before it) still waits for. */
export interface Readiness {
  readonly isReady: boolean;
  /** First and last missing window as `start/end` instants; empty when ready. */
  readonly missing: readonly string[];
  readonly lastCompleteDay: string | null;
}

/** Days before `asOfDate` are complete at the head, or which windows are not sealed yet. */
export function readinessOf(head: SealStep | undefined, dayBefore: string, zone: string): Readiness {
  const day = dayOf(dayBefore, zone);
  if (head === undefined) return { isReady: false, missing: ['no window has been sealed yet'], lastCompleteDay: null };
  const { size_ms: sizeMs, grace_ms: graceMs } = head.window;
  const complete = lastCompleteDay(head.closed_through, graceMs, zone).date;
  if (isDayComplete(day, head.closed_through, graceMs))
    return { isReady: true, missing: [], lastCompleteDay: complete };
  const firstOpen = closedBefore(head.closed_through, { sizeMs, graceMs });
  return { isReady: false, missing: [`${iso(firstOpen)}/${iso(day.end)}`], lastCompleteDay: complete };
}

const iso = (instant: number): string => new Date(instant).toISOString().replace(/:\d\d\.000Z$/, 'Z');
