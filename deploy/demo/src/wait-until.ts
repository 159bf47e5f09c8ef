import { setTimeout as sleep } from 'node:timers/promises';

import { MillraceError } from '@millrace/platform-errors';

const EVERY_MS = 200;

/** Asks until the answer is not null; names what was awaited when the deadline passes. */
export async function waitUntil<T>(what: string, ask: () => Promise<T | null>, deadlineMs = 90_000): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > deadline) {
      throw new MillraceError(`${what} did not happen within ${deadlineMs / 1000} s`, {
        code: 'DEADLINE_EXCEEDED',
        advice: 'see the logs of the services; npm run demo -- --keep leaves them in place',
      });
    }
    await sleep(EVERY_MS);
  }
}
