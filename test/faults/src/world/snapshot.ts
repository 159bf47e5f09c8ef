import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

/** What a reader saw as of a step at some time of the test. */
export interface Snapshot {
  readonly step: number;
  readonly content: string;
}

/** Without a step: as of the newest. */
export async function takeSnapshot(clickhouse: ClickHouse, step?: number): Promise<Snapshot> {
  const asOf = step ?? (await newestStep(clickhouse));
  const rows = await clickhouse.query(loadSql(__dirname, 'sql/snapshot.sql'), { step: asOf });
  return { step: asOf, content: JSON.stringify(rows) };
}

async function newestStep(clickhouse: ClickHouse): Promise<number> {
  const row = await clickhouse.queryOne<{ readonly step: number }>('select max(step) as step from seal_steps');
  return row?.step ?? 0;
}
