import type { WireBatch } from '@millrace/catalog-destinations';
import type { Turn } from '@millrace/platform-http';

import { endOf, type Chunk } from './chunk';

export const LONGEST_SLEEP_MS = 200;

/**
 * Waits until flags are known, nobody has stopped the destination and its limits let a call go. Null: the chunk is stale, or
 * nothing more of it is sent.
 */
export async function takeTurn(chunk: Chunk, wire: WireBatch): Promise<Turn | null> {
  const { batch, deps, route } = chunk;
  const { runtime } = deps;
  const call = { ...route.call?.(wire, runtime.configured.settings), mayUseReserve: batch.lane === 'urgent' };
  for (;;) {
    if (deps.isStale() || endOf(chunk) !== null) return null;
    const now = deps.now();
    const paused = runtime.pausedFor(now);
    if (!deps.isPrivacyKnown() || deps.isStopped()) await deps.sleep(LONGEST_SLEEP_MS);
    else if (paused > 0) await deps.sleep(Math.min(LONGEST_SLEEP_MS, paused));
    else {
      const grant = runtime.limits.take(call, now);
      if (grant.ok) return grant.turn;
      tellLongWait(chunk, now + grant.waitMs, grant.because);
      await deps.sleep(Math.min(LONGEST_SLEEP_MS, grant.waitMs));
    }
  }
}

/** A wait beyond the deadline is told when it is known, once. Instants in epoch milliseconds. */
export function tellLongWait({ batch, deps }: Chunk, until: number, because: string): void {
  if (until <= deps.waitsUntil(batch)) return;
  if (deps.runtime.noteLongWait(until, deps.now())) deps.onLongWait(until, because);
}
