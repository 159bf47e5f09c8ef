import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, MillraceError } from '@millrace/platform-errors';
import { holderOf, takeLock, type FileLock, type LockHolder } from './file-lock';
import { isAlive } from './is-alive';

const LOCK = 'lock';
/** Longer than any part takes to stop. */
const LONGEST_STOP_MS = 40_000;
/** Whoever has just taken it has written its name by then, and whoever was just killed is gone. */
const SETTLE_MS = 500;

const thisProcess = (): LockHolder => ({
  pid: process.pid,
  since: new Date().toISOString(),
  command: ['node', ...process.argv.slice(1)].join(' '),
});

const inUse = (path: string, holder: LockHolder | undefined): ConfigError =>
  new ConfigError(
    holder
      ? `The data folder ${path} is in use by process ${holder.pid} since ${holder.since} (${holder.command})`
      : `The data folder ${path} is in use by another process`,
    { code: 'STACK_UNAVAILABLE', advice: 'Stop that one with Ctrl-C, or give another folder with --data' },
  );

/**
 * Locks a data folder for this process and the parts it starts, before anything in it is touched. Refuses when a stack runs on it.
 * Parts outlive a killed stack for some seconds: they are waited for.
 */
export const lockData = async (
  path: string,
  { onProgress, abort }: { onProgress: (line: string) => void; abort?: AbortSignal | undefined },
): Promise<FileLock> => {
  const file = join(path, LOCK);
  const since = Date.now();
  let isSaid = false;
  for (;;) {
    const lock = takeLock(file, thisProcess());
    if (lock) return lock;
    if (abort?.aborted) throw new MillraceError('The start was stopped', { code: 'SHUTTING_DOWN' });
    const holder = holderOf(file);
    const isLeftBehind = holder !== undefined && !isAlive(holder.pid);
    if (Date.now() - since > (isLeftBehind ? LONGEST_STOP_MS : SETTLE_MS)) throw inUse(path, holder);
    if (isLeftBehind && !isSaid) onProgress(`waiting for the parts that process ${holder.pid} left behind to stop`);
    isSaid ||= isLeftBehind;
    await sleep(100);
  }
};
