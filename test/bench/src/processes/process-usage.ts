import { readFileSync, writeFileSync } from 'node:fs';

/** Linux counts CPU in ticks of 10 ms for every process that reads /proc. */
const TICKS_PER_SECOND = 100;

/** CPU seconds, all threads, user and system, since the process began; NaN where /proc does not say. */
export function cpuSeconds(pid: number | undefined): number {
  const stat = read(`/proc/${pid}/stat`);
  // The name in parentheses may hold spaces: fields are counted behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? NaN) + Number(fields[12] ?? NaN)) / TICKS_PER_SECOND;
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
