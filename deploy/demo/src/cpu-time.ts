import { readFileSync } from 'node:fs';

/** Clock ticks a second that Linux reports process times in; fixed for user space. */
const TICKS_PER_SECOND = 100;

/** User and system CPU seconds of the processes so far; null where /proc does not exist. */
export function cpuSeconds(pids: readonly number[]): number | null {
  try {
    const ticks = pids.map((pid) => {
      const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return Number(afterName[11]) + Number(afterName[12]);
    });
    return ticks.reduce((sum, value) => sum + value, 0) / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}
