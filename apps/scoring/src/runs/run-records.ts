import type { NewRun, RunPublished } from '@millrace/contract-score';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import type { DecidedRun } from '../schedule/decision-index';
import type { BoundDays } from './bind-inputs';
import type { RunCost } from './run-cost';

export interface RunDetails {
  readonly notes: readonly string[];
  /** Milliseconds of each stage. */
  readonly timings: Readonly<Record<string, number>>;
  /** Of this process. */
  readonly cpuMs: number;
  /** Of ClickHouse; undefined: not known. */
  readonly cost: RunCost | undefined;
}

/** What the mirrors of published and other runs have alike. */
export const columnsOf = (run: NewRun | RunPublished, details: RunDetails): Readonly<Record<string, unknown>> => ({
  run_id: run.run_id,
  model: run.model,
  model_version: run.model_version,
  settings_hash: run.settings_hash,
  input_hash: run.input_hash,
  as_of: new Date(run.as_of).toISOString(),
  as_of_date: run.as_of_date,
  zone: run.zone,
  step: run.step,
  is_partial: run.is_partial,
  missing: run.missing,
  entity_kind: run.entity_kind,
  row_count: run.rows,
  checksum: run.checksum,
  previous_run_id: run.previous_run_id ?? '',
  purpose: run.purpose ?? 'publish',
  event_count: run.events?.count ?? 0,
  events_checksum: run.events?.checksum ?? '',
  inputs: JSON.stringify(run.inputs ?? {}),
  fields: run.fields ?? [],
  notes: details.notes,
  timings: details.timings,
  cpu_ms: details.cpuMs,
  rows_read: details.cost?.rows_read ?? 0,
  bytes_read: details.cost?.bytes_read ?? 0,
  clickhouse_cpu_ms: details.cost?.cpu_ms ?? 0,
  peak_bytes: details.cost?.peak_bytes ?? 0,
  started_at: new Date(run.started_at).toISOString(),
  settings_offset: run.settings_offset ?? null,
});

/** Mirrors a run. Without an offset it is written but not decided: readers by run id find it, `score_runs` does not show it. */
export async function recordRun(
  clickhouse: ClickHouse,
  run: NewRun | RunPublished,
  details: RunDetails,
  offset?: bigint,
): Promise<void> {
  await clickhouse.insertRows('score_run_records', [
    {
      ...columnsOf(run, details),
      revision: run.revision,
      published_at: new Date(run.published_at).toISOString(),
      log_offset: offset === undefined ? null : String(offset),
      version: offset === undefined ? '0' : String(offset + 1n),
    },
  ]);
}

/** Mirrors which days, as of which steps, the hashes of a run's inputs stand for. */
export async function recordDays(clickhouse: ClickHouse, days: readonly BoundDays[]): Promise<void> {
  const rows = days.flatMap(({ hash, model, pairs }) =>
    pairs.map(([day, step]) => ({ hash, model, day, touched_step: step })),
  );
  await clickhouse.insertRows('run_inputs', rows, { columns: ['hash', 'model', 'day', 'touched_step'] });
}

const CONFIRM = `insert into score_run_records
select * replace (toNullable({log_offset: UInt64}) as log_offset, {log_offset: UInt64} + 1 as version)
from score_run_records final
where run_id = {run_id: String}`;

/** Completes the mirror of runs that were decided and not mirrored, as after a crash in between. Returns how many. */
export async function confirmRuns(clickhouse: ClickHouse, runs: readonly DecidedRun[]): Promise<number> {
  const rows = await clickhouse.query<{ run_id: string }>(
    'select run_id from score_run_records final where log_offset is null',
  );
  const undecided = new Set(rows.map((row) => row.run_id));
  const late = runs.filter((run) => undecided.has(run.run_id));
  for (const run of late) {
    await clickhouse.command(CONFIRM, { run_id: run.run_id, log_offset: String(run.offset) });
  }
  return late.length;
}
