import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { cpuSeconds, peakMegabytes } from './process-usage';
import { median } from '../report/figures';

const EVERY_MS = 100;

/** What a process used from its start to its end. */
export interface Watched {
  readonly stdout: string;
  readonly seconds: number;
  /** All threads, user and system; the last tenth of a second is not in it. */
  readonly cpuSeconds: number;
  /** MiB resident: the median of the first quarter of the run, of the last, and the most that there ever was. */
  readonly firstQuarter: number;
  readonly lastQuarter: number;
  readonly most: number;
}

/** Runs a program and looks at it ten times a second, from /proc. Rejects with what it said when it failed. */
export async function watchProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Watched> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const resident: number[] = [];
  let cpu = 0;
  let most = 0;
  const look = (): void => {
    const now = residentMegabytes(child.pid);
    // An ended process has no memory any more.
    if (Number.isNaN(now)) return;
    resident.push(now);
    cpu = cpuSeconds(child.pid);
    most = peakMegabytes(child.pid);
  };
  const timer = setInterval(look, EVERY_MS);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  // Only its end is ever shown.
  child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-10_000)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  }).finally(() => clearInterval(timer));
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  const quarter = Math.max(1, Math.floor(resident.length / 4));
  return {
    stdout,
    seconds: (performance.now() - startedAt) / 1_000,
    cpuSeconds: cpu,
    firstQuarter: Math.round(median(resident.slice(0, quarter))),
    lastQuarter: Math.round(median(resident.slice(-quarter))),
    most,
  };
}

/** NaN where /proc does not say. */
function residentMegabytes(pid: number | undefined): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;
  } catch {
    return NaN;
  }
}
