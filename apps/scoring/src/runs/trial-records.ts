import { runPublishedSchema, type NewRun, type RunPublished } from '@millrace/contract-score';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import { columnsOf, type RunDetails } from './run-records';

/** Records a run that is not published. Nothing decides about it: the same run again is the same row. */
export async function recordTrial(clickhouse: ClickHouse, run: NewRun, details: RunDetails): Promise<RunPublished> {
  const finished = new Date(run.published_at).toISOString();
  await clickhouse.insertRows('trial_runs', [
    { ...columnsOf(run, details), finished_at: finished, record: JSON.stringify(run) },
  ]);
  return runPublishedSchema.parse(run);
}

/** Rows are kept 7 days from the midnight before they were written: a younger record has all of its rows. */
const FIND = `select record
from trial_runs final
where run_id = {run_id: String} and finished_at > now64(3) - interval 5 day`;

/** A run that is not published and whose rows are there. */
export async function findTrial(clickhouse: ClickHouse, runId: string): Promise<RunPublished | undefined> {
  const found = await clickhouse.queryOne<{ readonly record: string }>(FIND, { run_id: runId });
  return found === undefined ? undefined : runPublishedSchema.parse(JSON.parse(found.record));
}
