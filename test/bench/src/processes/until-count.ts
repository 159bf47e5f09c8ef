import { setTimeout as sleep } from 'node:timers/promises';

const OFTENEST_MS = 10;
const SELDOMEST_MS = 100;
const DEADLINE_MS = 900_000;

/**
 * Looks until the count has reached `target`, seldom while much is missing and often near the end: a look costs the server what
 * landing thousands of rows does, and would be counted as work of whoever is measured.
 */
export async function untilCount(what: string, target: number, look: () => Promise<number>): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const count = await look();
    if (count >= target) return;
    const elapsedMs = performance.now() - startedAt;
    if (elapsedMs > DEADLINE_MS) throw new Error(`waited ${DEADLINE_MS} ms for ${what}: ${count} of ${target}`);
    const remainingMs = (elapsedMs / Math.max(count, 1)) * (target - count);
    await sleep(Math.min(SELDOMEST_MS, Math.max(OFTENEST_MS, remainingMs / 4)));
  }
}
