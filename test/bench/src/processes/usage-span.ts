import { cpuSeconds, forgetPeak, peakMegabytes } from './process-usage';

/** Processes by name; the same for all contestants of a table. */
export type Pids = Readonly<Record<string, number | undefined>>;

export interface Usage {
  readonly seconds: number;
  readonly cpuSeconds: Readonly<Record<string, number>>;
  readonly peakMegabytes: Readonly<Record<string, number>>;
}

/** Begins to measure; the function that it gives says what was used since. */
export function measureUsage(pids: Pids): () => Usage {
  const entries = Object.entries(pids);
  const before = entries.map(([, pid]) => cpuSeconds(pid));
  for (const [, pid] of entries) forgetPeak(pid);
  const startedAt = performance.now();
  return () => ({
    seconds: (performance.now() - startedAt) / 1_000,
    cpuSeconds: Object.fromEntries(
      entries.map(([name, pid], index) => [name, cpuSeconds(pid) - (before[index] ?? NaN)]),
    ),
    peakMegabytes: Object.fromEntries(entries.map(([name, pid]) => [name, peakMegabytes(pid)])),
  });
}
