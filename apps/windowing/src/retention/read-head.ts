import type { TopicVector } from '@millrace/contract-window';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

/** What the newest mirrored step says about which rows are sealed. */
export interface RetentionHead {
  readonly vector: readonly TopicVector[];
  /** Epoch milliseconds. */
  readonly closedBefore: number;
}

/** Undefined before the first step. */
export async function readHead(clickhouse: ClickHouse, database: string): Promise<RetentionHead | undefined> {
  const row = await clickhouse.queryOne<{ readonly vector: string; readonly closed_before_second: number }>(
    loadSql(__dirname, 'sql/select-head.sql'),
    { database },
  );
  if (row === undefined) return undefined;
  return { vector: JSON.parse(row.vector) as TopicVector[], closedBefore: row.closed_before_second * 1000 };
}
