import { randomUUID } from 'node:crypto';

import { createClickHouse, loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { openStack, spawnService, waitFor } from '@millrace/platform-testing';

import { readMetrics } from '../processes/metrics';
import { measureUsage } from '../processes/usage-span';
import { millrace } from '../river/millrace-command';
import { stackPids } from '../windowing/workplace';
import { publishStep } from './publish-step';

export interface RollupResult {
  readonly what: string;
  readonly signals: number;
  readonly days: number;
  /** Days of all rollups that were built. */
  readonly builds: number;
  /** From the record of the step in the log to the last build. */
  readonly seconds: number;
  /** Of ClickHouse. */
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  /** Seconds of each rollup's builds, which take turns on the cores. */
  readonly secondsOf: Readonly<Record<string, number>>;
}

const ZONE = 'America/New_York';
const FIRST_DAY = '2026-10-20';

/** Signals of a month are sealed at once and rolled up by the service; then some of one day come late. */
export async function runRollup(
  { signals, days, people }: { readonly signals: number; readonly days: number; readonly people: number },
  say: (line: string) => void,
): Promise<RollupResult[]> {
  const stack = await openStack();
  const clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database, timeoutMs: 900_000 });
  const environment = { ...stack.environment, LOG_LEVEL: 'warn', TIME_ZONE: ZONE, SCHEDULES_ENABLED: 'false' };
  try {
    await millrace(['deploy'], environment);
    const service = await spawnService('scoring', environment);
    const rollUp = async (step: number, what: string, of: number, ofDays: number): Promise<RollupResult> => {
      const attemptId = randomUUID();
      say(`${what}: writing ${of.toLocaleString('en')} signals`);
      await writeSignals(clickhouse, { step, attempt_id: attemptId, signals: of, days: ofDays, people });
      const usage = measureUsage(stackPids(stack));
      await publishStep(stack, { step, attemptId, sealed: of });
      const rolledUp = async (): Promise<number> =>
        (await readMetrics(service.url))('millrace_scoring_rolled_up_steps');
      await waitFor('the rollups', rolledUp, { until: (newest) => newest === step, deadlineMs: 1_200_000 });
      const { seconds, cpuSeconds, peakMegabytes } = usage();
      say(`${what}: rolled up in ${seconds.toFixed(1)} s`);
      const built = await clickhouse.query<{ model: string; builds: number; seconds: number }>(
        'select model, count() as builds, sum(duration_ms) / 1000 as seconds from rollup_builds where step = {step: UInt64} group by model order by seconds desc',
        { step },
      );
      return {
        what,
        signals: of,
        days: ofDays,
        builds: built.reduce((sum, { builds }) => sum + builds, 0),
        seconds,
        cpuSeconds: cpuSeconds['clickhouse'] ?? NaN,
        peakMegabytes: peakMegabytes['clickhouse'] ?? NaN,
        secondsOf: Object.fromEntries(built.map((row) => [row.model, row.seconds])),
      };
    };
    try {
      return [
        await rollUp(1, 'all days', signals, days),
        await rollUp(2, 'one changed day', Math.ceil(signals / days / 100), 1),
      ];
    } finally {
      await service.stop();
    }
  } finally {
    await clickhouse.close();
    await stack.cleanup();
  }
}

const writeSignals = (clickhouse: ClickHouse, params: Readonly<Record<string, string | number>>): Promise<void> =>
  clickhouse.command(loadSql(__dirname, 'sql/rollup-signals.sql'), { first_day: FIRST_DAY, ...params });
