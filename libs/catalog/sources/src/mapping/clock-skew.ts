const TOLERATED_MS = 120_000;
const MINUTE_MS = 60_000;

/**
 * The event's time on our clock. A client whose clock is off by more than two minutes is corrected by whole minutes, so
 * that a retry, sent a little later, keeps its event time.
 */
export function correctClockSkew(timestamp: number, receivedAt: number, sentAt: number | null): number {
  if (sentAt === null) return timestamp;
  const skew = receivedAt - sentAt;
  if (Math.abs(skew) <= TOLERATED_MS) return timestamp;
  return timestamp + Math.round(skew / MINUTE_MS) * MINUTE_MS;
}
