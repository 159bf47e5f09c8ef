import { setTimeout as sleep } from 'node:timers/promises';

/** Asks every `everyMs` until the answer is true; false when the deadline passes first. A throwing question counts as no. */
export const waitUntil = async (
  question: () => Promise<boolean> | boolean,
  { timeoutMs, everyMs = 100 }: { timeoutMs: number; everyMs?: number },
): Promise<boolean> => {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      if (await question()) return true;
    } catch {
      // not yet
    }
    if (Date.now() >= deadline) return false;
    await sleep(everyMs);
  }
};
