import type { SealStep } from '@millrace/contract-window';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { RetryableError } from '@millrace/platform-errors';

export interface AttemptCount {
  readonly step: number;
  readonly attempt_id: string;
  readonly rows: number;
}

export interface CheckedSteps {
  /** Steps above it, up to `throughStep`, are about to be read. */
  readonly afterStep: number;
  readonly throughStep: number;
  /** Steps up to it are read without their winners: rows of losing attempts must be gone. */
  readonly foldedThrough: number;
  /** Rows of steps up to it may have been dropped, so that nothing can be said about them. */
  readonly droppedThrough: number;
}

export interface Lag {
  readonly step: number;
  /** Rows that the record of the step says it sealed. */
  readonly wanted: number;
  readonly found: number;
}

/** The first step whose rows are not those of its record; undefined when all are. Pure. */
export function findLag(
  steps: Iterable<SealStep>,
  counts: readonly AttemptCount[],
  { afterStep, throughStep, foldedThrough, droppedThrough }: CheckedSteps,
): Lag | undefined {
  const found = new Map(counts.map(({ step, attempt_id: attempt, rows }) => [`${step} ${attempt}`, rows]));
  const all = new Map<number, number>();
  for (const { step, rows } of counts) all.set(step, (all.get(step) ?? 0) + rows);
  for (const { step, attempt_id: attempt, totals } of steps) {
    if (step <= Math.max(afterStep, droppedThrough) || step > throughStep) continue;
    const rows = (step <= foldedThrough ? all.get(step) : found.get(`${step} ${attempt}`)) ?? 0;
    if (rows !== totals.sealed) return { step, wanted: totals.sealed, found: rows };
  }
  return undefined;
}

/**
 * Throws SERVICE_NOT_READY, retryable, when the replica that answers lacks rows of the steps, or still has some that are deleted
 * elsewhere: what it is asked next would be counted wrong. Costs one look at the granules that hold these steps.
 */
export async function assertReplicaCurrent(
  clickhouse: ClickHouse,
  steps: Iterable<SealStep>,
  range: CheckedSteps,
): Promise<void> {
  const counts = await clickhouse.query<AttemptCount>(loadSql(__dirname, 'sql/attempt-counts.sql'), {
    after_step: range.afterStep,
    through_step: range.throughStep,
  });
  const lag = findLag(steps, counts, range);
  if (lag === undefined) return;
  throw new RetryableError(
    `ClickHouse has ${lag.found} of the ${lag.wanted} rows of step ${lag.step}: a replica lags`,
    {
      code: 'SERVICE_NOT_READY',
      advice: 'It is waited for; if it lasts, look at the replication queue of signal_rows',
      details: { ...lag },
    },
  );
}
