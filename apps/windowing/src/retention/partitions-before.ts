import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

/** Partitions of a table whose name sorts before `oldestKept`, ascending. Names are YYYYMMDD or YYYYMM. */
export async function partitionsBefore(
  clickhouse: ClickHouse,
  database: string,
  table: string,
  oldestKept: string,
): Promise<string[]> {
  const rows = await clickhouse.query<{ readonly partition_id: string }>(
    loadSql(__dirname, 'sql/select-partitions.sql'),
    { database, table, oldest_kept: oldestKept },
  );
  return rows.map((row) => row.partition_id);
}
