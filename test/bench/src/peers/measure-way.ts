import type { Stack } from '@millrace/platform-testing';

import { familyCpuSeconds } from '../processes/process-usage';
import { measureUsage } from '../processes/usage-span';
import { stackPids } from '../windowing/workplace';

/**
 * Begins to measure one way to score; the function that it gives says what was used since. CPU is counted alike for every way: that of
 * ClickHouse, of this process, and of the processes that it started and that ended.
 */
export function measureWay(stack: Stack): () => { readonly seconds: number; readonly cpuSeconds: number } {
  const usage = measureUsage(stackPids(stack));
  const before = familyCpuSeconds();
  return () => {
    const { seconds, cpuSeconds } = usage();
    return { seconds, cpuSeconds: (cpuSeconds['clickhouse'] ?? NaN) + familyCpuSeconds() - before };
  };
}
