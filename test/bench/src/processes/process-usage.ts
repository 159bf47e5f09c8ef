import { readFileSync, writeFileSync } from 'node:fs';

/** Linux counts CPU in ticks of 10 ms for every process that reads /proc. */
const TICKS_PER_SECOND = 100;

/** CPU seconds, all threads, user and system, since the process began; NaN where /proc does not say. */
export function cpuSeconds(pid: number | undefined): number {
  return ticks(pid, 11, 12) / TICKS_PER_SECOND;
}

/** CPU seconds of this process and of those that it started and that ended; NaN where /proc does not say. */
export function familyCpuSeconds(): number {
  return ticks(process.pid, 11, 12, 13, 14) / TICKS_PER_SECOND;
}

function ticks(pid: number | undefined, ...fields: readonly number[]): number {
  const stat = read(`/proc/${pid}/stat`);
  // The name in parentheses may hold spaces: fields are counted behind it.
  const all = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.reduce((sum, field) => sum + Number(all[field] ?? NaN), 0);
}

/** The most memory that was resident since the process began or since `forgetPeak`, in MiB; NaN where /proc does not say. */
export function peakMegabytes(pid: number | undefined): number {
  return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? NaN) / 1024);
}

export function forgetPeak(pid: number | undefined): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // Then the peak is the one since the process began.
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
