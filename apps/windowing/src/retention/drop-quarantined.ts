import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

import { fillQuery } from '../sealing/attempt/row-expressions';
import { isDecided } from './is-decided';
import { partitionsBefore } from './partitions-before';
import { readHead } from './read-head';

/**
 * Drops months of quarantined records that lie wholly before `keepFrom` and that steps have counted. Which offsets they were stays
 * in the chain. Returns the months, YYYYMM.
 */
export async function dropQuarantined(clickhouse: ClickHouse, database: string, keepFrom: number): Promise<string[]> {
  const oldestKept = new Date(keepFrom).toISOString().slice(0, 7).replace('-', '');
  const dropped: string[] = [];
  for (const month of await partitionsBefore(clickhouse, database, 'signals_quarantined', oldestKept)) {
    const head = await readHead(clickhouse, database);
    if (head === undefined) return dropped;
    const decided = isDecided(head.vector);
    const sql = fillQuery(loadSql(__dirname, 'sql/count-undecided-quarantined.sql'), { is_decided: decided.sql });
    const found = await clickhouse.queryOne<{ readonly undecided: number }>(sql, {
      ...decided.params,
      database,
      month,
    });
    if (found?.undecided !== 0) continue;
    await clickhouse.command(
      'alter table {database: Identifier}.signals_quarantined drop partition id {month: String}',
      {
        database,
        month,
      },
    );
    dropped.push(month);
  }
  return dropped;
}
