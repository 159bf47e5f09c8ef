import { inspect } from 'node:util';

export interface WaitForOptions<Value> {
  /** Give up after this. Default 120,000. */
  readonly deadlineMs?: number;
  /** Pause between two looks. Default 50. */
  readonly everyMs?: number;
  /** When the value will do. Default: when it is truthy. */
  readonly until?: (value: Value) => boolean;
}

/**
 * Looks again and again until the value will do, and returns it. What `look` throws counts as "not yet". At the
 * deadline it fails with what was awaited and what was seen last, so return the value itself and test it in `until`:
 * `waitFor('all signals sealed', () => countSealed(), { until: (rows) => rows === 1000 })`.
 */
export async function waitFor<Value>(
  what: string,
  look: () => Value | Promise<Value>,
  options: WaitForOptions<Value> = {},
): Promise<Value> {
  const { deadlineMs = 120_000, everyMs = 50, until = Boolean } = options;
  const startedAt = performance.now();
  let looks = 0;
  let lastSeen = 'nothing: the first look has not returned';
  for (;;) {
    const remainingMs = deadlineMs - (performance.now() - startedAt);
    if (remainingMs <= 0) {
      throw new Error(`waited ${deadlineMs} ms (${looks} looks) for ${what}; last seen: ${lastSeen}`);
    }
    try {
      const value = await withDeadline(look, remainingMs);
      if (value !== LATE) {
        if (until(value)) return value;
        lastSeen = inspect(value, { depth: 4, breakLength: 120 });
      }
      looks++;
    } catch (error) {
      looks++;
      lastSeen = `an error: ${error instanceof Error ? error.message : String(error)}`;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

const LATE = Symbol('the look outlived the deadline');

async function withDeadline<Value>(look: () => Value | Promise<Value>, ms: number): Promise<Value | typeof LATE> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), ms);
  });
  try {
    return await Promise.race([Promise.resolve().then(look), late]);
  } finally {
    clearTimeout(timer);
  }
}
