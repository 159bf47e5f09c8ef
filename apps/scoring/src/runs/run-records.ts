import type { RunPublished } from '@millrace/contract-score';
import type { ClickHouse } from '@millrace/platform-clickhouse';

export interface RunDetails {
  readonly notes: readonly string[];
  /** Milliseconds of each stage. */
  readonly timings: Readonly<Record<string, number>>;
  readonly cpuMs: number;
}

/** Mirrors a run. Without an offset it is written but not decided: readers by run id find it, `score_runs` does not show it. */
export async function recordRun(
  clickhouse: ClickHouse,
  run: RunPublished,
  details: RunDetails,
  offset?: bigint,
): Promise<void> {
  await clickhouse.insertRows('score_run_records', [
    {
      run_id: run.run_id,
      model: run.model,
      model_version: run.model_version,
      settings_hash: run.settings_hash,
      input_hash: run.input_hash,
      as_of: new Date(run.as_of).toISOString(),
      as_of_date: run.as_of_date,
      zone: run.zone,
      step: run.step,
      revision: run.revision,
      is_partial: run.is_partial,
      missing: run.missing,
      entity_kind: run.entity_kind,
      row_count: run.rows,
      checksum: run.checksum,
      previous_run_id: run.previous_run_id ?? '',
      notes: details.notes,
      timings: details.timings,
      cpu_ms: details.cpuMs,
      started_at: new Date(run.started_at).toISOString(),
      published_at: new Date(run.published_at).toISOString(),
      log_offset: offset === undefined ? null : String(offset),
      version: offset === undefined ? '0' : String(offset + 1n),
    },
  ]);
}

/** Runs in the log that ClickHouse does not show yet, as after a crash between decision and mirror. */
export async function missingRecords(clickhouse: ClickHouse, runIds: readonly string[]): Promise<Set<string>> {
  const rows = await clickhouse.query<{ run_id: string }>(
    'select run_id from score_run_records where log_offset is not null',
  );
  const known = new Set(rows.map((row) => row.run_id));
  return new Set(runIds.filter((id) => !known.has(id)));
}
