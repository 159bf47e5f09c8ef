import { readMetrics } from '../processes/metrics';
import { untilCount } from '../processes/until-count';
import type { Usage } from '../processes/usage-span';
import { SEALS_NOTHING, withWindowing, type Settings } from './windowing-process';
import type { Workplace } from './workplace';

export interface Landed extends Usage {
  /** Seconds inside the process: walk, verdict, copy; waiting for inserts (several at once); fetching paused. */
  readonly buildSeconds: number;
  readonly insertSeconds: number;
  readonly pausedSeconds: number;
}

/** Landing only: from the joined group until every offset below the log's end is published as landed. */
export async function landBacklog(
  workplace: Workplace,
  signals: number,
  settings: Settings,
  nodeArguments: readonly string[] = [],
): Promise<Landed> {
  return withWindowing(workplace, { ...SEALS_NOTHING, ...settings }, nodeArguments, async ({ service, used }) => {
    await waitUntilLanded(workplace, signals);
    const usage = used();
    const metrics = await readMetrics(service.url);
    const stage = (name: string): number => metrics(`millrace_landing_stage_seconds_total{stage="${name}"`);
    return {
      ...usage,
      buildSeconds: stage('build'),
      insertSeconds: stage('insert'),
      pausedSeconds: metrics('millrace_landing_paused_seconds_total'),
    };
  });
}

/** Positions are published once everything below them is stored. Then the rows are counted, too. */
export async function waitUntilLanded({ clickhouse }: Workplace, offsets: number): Promise<void> {
  const sql =
    'select toUInt64(sum(position)) as landed from ' +
    '(select max(position) as position from landed_positions group by topic, partition)';
  await untilCount('the backlog to be landed', offsets, async () => {
    return (await clickhouse.queryOne<{ landed: number }>(sql))?.landed ?? 0;
  });
}

export async function countRows({ clickhouse }: Workplace): Promise<number> {
  const row = await clickhouse.queryOne<{ rows: number }>(
    'select uniqExact(topic, partition, offset) as rows from signals_raw',
  );
  return row?.rows ?? 0;
}
