import { describeError } from '@millrace/platform-errors';

/** Thrown when the epoch that the work belonged to is over: the work is dropped, its records are read again. */
export class AbandonedError extends Error {}

export interface Persistence {
  /** Ends the waiting: the epoch is over. */
  readonly signal: AbortSignal;
  /** Told about each failure, with how long it waits. */
  readonly onWaiting: (error: unknown, waitMs: number) => void;
  readonly firstWaitMs?: number;
  readonly longestWaitMs?: number;
}

/** Repeats until it succeeds: while ClickHouse or Kafka is away, landing waits and drops nothing. */
export async function persist<Result>(work: () => Promise<Result>, options: Persistence): Promise<Result> {
  const { signal, onWaiting, firstWaitMs = 200, longestWaitMs = 10_000 } = options;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(longestWaitMs, waitMs * 2)) {
    if (signal.aborted) throw new AbandonedError('the assignment is over');
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw new AbandonedError(`the assignment is over: ${describeError(error)}`);
      onWaiting(error, waitMs);
      await sleep(waitMs, signal);
    }
  }
}

export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Ends the work's signal after `ms`, or with the outer one. */
export async function withTimeout(
  ms: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, ms);
  outer.addEventListener('abort', abort, { once: true });
  try {
    await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', abort);
  }
}
