/** What an answer that asks to wait is taken to mean where it does not say how long, or not in words that can be read. */
export const DEFAULT_WAIT_MS = 10_000;
/** What says more than this is not believed. */
const LONGEST_WAIT_MS = 30 * 86_400_000;

const SECONDS = /^\d{1,15}(\.\d+)?$/;
/** Dates of HTTP (RFC 9110, 5.6.7) name the day of the week first; others are taken with an offset only. */
const HTTP_DATE = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i;
const ISO_DATE = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/i;
const HAS_ZONE = / (GMT|UTC|Z|[+-]\d{4})$/i;

/**
 * Milliseconds to wait as Retry-After says, from seconds (fractions are rounded up) or a date; 0 where the moment has passed, at
 * most 30 days. Unreadable words are the default wait. Null: the answer has no such header. `now` in epoch milliseconds.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | null {
  const value = headers['retry-after']?.trim() ?? '';
  if (value === '') return null;
  const wait = SECONDS.test(value) ? Math.ceil(Number(value) * 1000) : dateOf(value) - now;
  return Number.isFinite(wait) ? Math.min(LONGEST_WAIT_MS, Math.max(0, wait)) : DEFAULT_WAIT_MS;
}

function dateOf(value: string): number {
  if (ISO_DATE.test(value)) return Date.parse(value);
  if (!HTTP_DATE.test(value)) return Number.NaN;
  // The oldest form, of asctime, has no zone and means UTC.
  return Date.parse(HAS_ZONE.test(value) ? value : `${value} GMT`);
}
