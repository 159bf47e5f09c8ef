import { takeSnapshot, type Snapshot } from '../world/snapshot';
import type { Evidence } from './evidence';

/**
 * I8: a process stopped past its session and continued changes nothing visible. What was visible as of a step when a test looked is
 * visible as of that step now.
 */
export async function checkNothingChanged({ clickhouse }: Evidence, snapshots: readonly Snapshot[]): Promise<string[]> {
  const found: string[] = [];
  for (const { step, content } of snapshots) {
    const now = await takeSnapshot(clickhouse, step);
    if (now.content !== content) found.push(`signals as of step ${step} are not what they were`);
  }
  return found;
}
