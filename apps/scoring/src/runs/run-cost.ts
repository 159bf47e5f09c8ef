import { describeError } from '@millrace/platform-errors';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

/** What ClickHouse spent on the statements of a run, its earlier attempts included. */
export interface RunCost {
  readonly rows_read: number;
  readonly bytes_read: number;
  /** Milliseconds of CPU. */
  readonly cpu_ms: number;
  /** Of the statement that needed most. */
  readonly peak_bytes: number;
}

/** The same connections; the server's query log has the run's id beside each statement. */
export const billedTo = (clickhouse: ClickHouse, runId: string): ClickHouse =>
  clickhouse.withSettings({ log_comment: runId });

/** Reads the server's query log, of every replica of a cluster. A string says why it cannot be read: no run fails for it. */
export async function readCost(clickhouse: ClickHouse, runId: string): Promise<RunCost | string> {
  const { cluster } = clickhouse.config;
  const queryLog = cluster === undefined ? 'system.query_log' : `clusterAllReplicas('${cluster}', system.query_log)`;
  try {
    await clickhouse.command(`system flush logs${cluster === undefined ? '' : ` on cluster '${cluster}'`} query_log`);
    const sql = loadSql(__dirname, 'sql/run-cost.sql').replace('system.query_log', queryLog);
    const cost = await clickhouse.queryOne<RunCost & { readonly statements: number }>(sql, { run_id: runId });
    if (cost === undefined || cost.statements === 0) return 'the query log of ClickHouse is off';
    const { rows_read, bytes_read, cpu_ms, peak_bytes } = cost;
    return { rows_read, bytes_read, cpu_ms, peak_bytes };
  } catch (error) {
    return describeError(error);
  }
}
