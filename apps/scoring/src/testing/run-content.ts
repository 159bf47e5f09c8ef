import { findModel, tablesOf } from '@millrace/catalog-models';
import type { ClickHouse } from '@millrace/platform-clickhouse';

/** Columns that say who wrote a row and when, not what was found. */
const NOT_CONTENT = ['run_id', 'written_on', 'contributions_until', 'written_at', 'recorded_at'];

/** Rows of a run and a hash of what stands in them, by table: equal when two runs found the same, wherever they ran. */
export async function contentOfRun(
  clickhouse: ClickHouse,
  name: string,
  runId: string,
): Promise<Readonly<Record<string, { readonly rows: number; readonly content: string }>>> {
  const model = findModel(name);
  if (model.kind !== 'score') throw new Error(`${name} is not a score`);
  const columns = await clickhouse.query<{ table: string; names: string[] }>(
    `select table, groupArray(name) as names from system.columns
     where database = currentDatabase() and table in {tables: Array(String)} group by table order by table`,
    { tables: [...tablesOf(model), model.rows.table, 'score_events'] },
  );
  const found: Record<string, { rows: number; content: string }> = {};
  for (const { table, names } of columns) {
    // Rows of staging are of an attempt, not of a run.
    if (names.includes('attempt_id') || !names.includes('run_id')) continue;
    const without = NOT_CONTENT.filter((column) => names.includes(column)).join(', ');
    const row = await clickhouse.queryOne<{ rows: number; content: string }>(
      `select count() as rows, toString(sum(cityHash64(formatRow('RowBinary', * except (${without}))))) as content
       from ${table} final where run_id = {run_id: String}`,
      { run_id: runId },
    );
    found[table] = row ?? { rows: 0, content: '' };
  }
  return found;
}
