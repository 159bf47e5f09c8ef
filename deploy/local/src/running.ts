import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from './downloads/cache';
import { holderOf, takeLock } from './file-lock';

/** Whether `npx millrace` in another terminal finds this process, or the one that was there before. */
export interface Announcement {
  /** The pid of the other Millrace that commands find; undefined when they find this one. */
  readonly other: number | undefined;
  withdraw: () => void;
}

/**
 * Says that this process runs Millrace with these variables (apps/cli/src/running-locally.ts reads it), unless another one does:
 * the first stays the one that commands find.
 */
export const announceRunning = (
  environment: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = process.env,
): Announcement => {
  const folder = cacheDirectory(env);
  const lockFile = join(folder, 'running.lock');
  const { pid } = process;
  const lock = takeLock(lockFile, { pid, since: new Date().toISOString(), command: 'millrace' });
  if (!lock) return { other: holderOf(lockFile)?.pid ?? 0, withdraw: () => undefined };
  const file = join(folder, 'running.json');
  writeFileSync(file, JSON.stringify({ pid, environment }), { mode: 0o600 });
  return {
    other: undefined,
    withdraw: () => {
      rmSync(file, { force: true });
      lock.release();
    },
  };
};
