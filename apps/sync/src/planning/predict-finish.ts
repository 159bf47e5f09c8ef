import type { DestinationLimits } from '@millrace/catalog-destinations';

const DAY_MS = 86_400_000;

/**
 * When the last of `calls` requests is answered, if all goes well: short windows and days of the quota (less the part
 * reserved for urgent records) and `callMs` for a request at the destination's concurrency. Epoch milliseconds.
 */
export function predictFinish(options: {
  readonly calls: number;
  readonly startAt: number;
  readonly limits: DestinationLimits;
  readonly urgentReserve: number;
  readonly callMs: number;
}): number {
  const { calls, startAt, limits, urgentReserve, callMs } = options;
  if (calls === 0) return startAt;
  const share = 1 - urgentReserve;
  const working = (Math.ceil(calls / limits.concurrency) - 1) * callMs + callMs;
  const { shortWindow, callsPerDay } = limits;
  const windows =
    shortWindow === null
      ? 0
      : (Math.ceil(calls / Math.max(1, Math.floor(shortWindow.calls * share))) - 1) * shortWindow.seconds * 1000;
  const days =
    callsPerDay === null ? 0 : (Math.ceil(calls / Math.max(1, Math.floor(callsPerDay * share))) - 1) * DAY_MS;
  return Math.round(startAt + Math.max(working, windows, days));
}
