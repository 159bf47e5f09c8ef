import { callsAtOnce, countsEveryCall, type Limit } from '@millrace/platform-http';

const DAY_MS = 86_400_000;

/**
 * When the last of `calls` requests is answered, if all goes well: short windows and days of the quota (less the part
 * reserved for urgent records) and `callMs` for a request at the destination's concurrency. Epoch milliseconds.
 */
export function predictFinish(options: {
  readonly calls: number;
  readonly startAt: number;
  readonly limits: readonly Limit[];
  readonly urgentReserve: number;
  readonly callMs: number;
}): number {
  const { calls, startAt, limits, urgentReserve, callMs } = options;
  if (calls === 0) return startAt;
  const working = Math.ceil(calls / callsAtOnce(limits)) * callMs;
  const waits = limits.filter(countsEveryCall).map((limit) => {
    if (limit.kind === 'at_once') return 0;
    const atATime = Math.max(1, Math.floor(limit.calls * (1 - urgentReserve)));
    return (Math.ceil(calls / atATime) - 1) * (limit.kind === 'day' ? DAY_MS : limit.seconds * 1000);
  });
  return Math.round(startAt + Math.max(working, ...waits));
}
