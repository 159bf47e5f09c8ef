import { readMetrics } from '../processes/metrics';
import { createStatementLog, type LoggedStatement } from '../processes/statement-log';
import { untilCount } from '../processes/until-count';
import type { Usage } from '../processes/usage-span';
import { sealsAllBeforeNow, withWindowing, type Settings } from './windowing-process';
import type { Workplace } from './workplace';

/** The chain so far, from its mirror. */
export interface ChainTotals {
  readonly steps: number;
  /** Signals that a step has dealt with: sealed, or recognised as duplicates. */
  readonly signals: number;
  readonly late: number;
  readonly windows: number;
}

export interface Sealed extends Usage {
  /** From the proof of completeness to the digest, all steps together: the service's own histogram. */
  readonly attemptSeconds: number;
  /** The same per stage. */
  readonly stageSeconds: Readonly<Record<string, number>>;
  readonly totals: ChainTotals;
  readonly statements: readonly LoggedStatement[];
}

export async function readChain({ clickhouse }: Workplace): Promise<ChainTotals> {
  const totals = await clickhouse.queryOne<ChainTotals>(
    'select toUInt32(count()) as steps, toUInt64(sum(sealed + duplicates)) as signals, toUInt64(sum(late)) as late, ' +
      'toUInt32(max(windows)) as windows from seal_steps final',
  );
  return totals ?? { steps: 0, signals: 0, late: 0, windows: 0 };
}

const STAGES = ['prove', 'values', 'insert', 'check'] as const;

const readAttemptSeconds = (metrics: (prefix: string) => number): Pick<Sealed, 'attemptSeconds' | 'stageSeconds'> => ({
  attemptSeconds: metrics('millrace_seal_attempt_seconds_sum'),
  stageSeconds: Object.fromEntries(
    STAGES.map((stage) => [stage, metrics(`millrace_seal_stage_seconds_total{stage="${stage}"`)]),
  ),
});

/**
 * Sealing only, of rows that are landed: a service is started that finds a step due. ClickHouse is reached through a log of its
 * statements, so that the stages of a step can be told apart.
 */
export async function sealLanded(workplace: Workplace, signals: number, settings: Settings = {}): Promise<Sealed> {
  const log = await createStatementLog(workplace.stack.clickhouseUrl);
  const before = await readChain(workplace);
  const environment = { ...sealsAllBeforeNow(), CLICKHOUSE_URL: log.url, ...settings };
  try {
    return await withWindowing(workplace, environment, [], async ({ service, used }) => {
      const totals = await waitUntilSealed(workplace, before.signals + signals);
      const usage = used();
      const metrics = await readMetrics(service.url);
      return {
        ...usage,
        ...readAttemptSeconds(metrics),
        totals: { ...totals, steps: totals.steps - before.steps, signals: totals.signals - before.signals },
        statements: [...log.statements],
      };
    });
  } finally {
    await log.close();
  }
}

export async function waitUntilSealed(workplace: Workplace, signals: number): Promise<ChainTotals> {
  let totals: ChainTotals | undefined;
  await untilCount('everything to be sealed', signals, async () => {
    totals = await readChain(workplace);
    return totals.signals;
  });
  return totals as ChainTotals;
}

/** Landing and sealing in one service at the same time, until everything in the log is sealed. */
export async function landAndSeal(
  workplace: Workplace,
  signals: number,
  settings: Settings,
): Promise<Omit<Sealed, 'statements'>> {
  return withWindowing(workplace, { ...sealsAllBeforeNow(), ...settings }, [], async ({ service, used }) => {
    const totals = await waitUntilSealed(workplace, signals);
    const usage = used();
    const metrics = await readMetrics(service.url);
    return { ...usage, ...readAttemptSeconds(metrics), totals };
  });
}

/** Steps while rows still arrive: whatever is landed enters in a step of its own every second. */
export const STEPS_MEANWHILE: Settings = {
  SEAL_DEADLINE_SECONDS: '0',
  SEAL_LATE_INTERVAL_SECONDS: '1',
  SEAL_IMPORT_ROWS: '1000000000',
};
