/** Which client clocks are corrected by `sentAt`; see `correctClock`. */
export const CLOCK_CORRECTIONS = ['fast_only', 'both', 'none'] as const;
export type ClockCorrection = (typeof CLOCK_CORRECTIONS)[number];

/** Nearer to the receipt a sentAt proves nothing: transport takes time, and clocks differ. */
const ALLOWANCE_MS = 120_000;
/** From there on it is a clock that was never set, not one that is off: ten years. */
const NEVER_SET_MS = 10 * 365.25 * 86_400_000;
const MINUTE_MS = 60_000;

/**
 * The event's time on our clock. A `sentAt` later than the receipt proves that the client's clock is fast: its times move
 * back by the difference, in whole minutes, so that a retry, sent anew a little later, keeps its event time. One behind the
 * receipt may be a slow clock or a late delivery, and nobody can tell: `fast_only` lets the time stand, `both` takes it for
 * a slow clock. No correction makes an event later than its receipt.
 */
export function correctClock(
  timestamp: number,
  receivedAt: number,
  sentAt: number | null,
  correction: ClockCorrection,
): number {
  if (sentAt === null || correction === 'none') return timestamp;
  const ahead = sentAt - receivedAt;
  const off = Math.abs(ahead);
  if (off <= ALLOWANCE_MS || off >= NEVER_SET_MS) return timestamp;
  const corrected = timestamp - Math.round(ahead / MINUTE_MS) * MINUTE_MS;
  if (ahead > 0) return corrected;
  return correction === 'both' ? Math.max(timestamp, Math.min(corrected, receivedAt)) : timestamp;
}
