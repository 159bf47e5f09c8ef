import type { UrgencyDeps } from './decide-urgency';
import { assertGoesOn } from './goes-on';

const POLL_MS = 50;

/** Waits until people and accounts are known; usually they are, and nobody waits. */
export function createWaitForEntities(
  isCurrent: () => boolean,
  { sleep, now }: { readonly sleep: (ms: number) => Promise<void>; readonly now: () => number },
): UrgencyDeps['whenCurrent'] {
  return async (deadline, isOver) => {
    while (!isCurrent()) {
      if (now() >= deadline) return false;
      await sleep(POLL_MS);
      assertGoesOn(isOver);
    }
    return true;
  };
}
