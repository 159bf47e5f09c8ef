import type { ClickHouse } from '../clickhouse';
import { isOwnFault, isRefusal, reasonOf } from './refusals';
import { nameOf, type SetAsideRow } from './read-set-aside';
import type { RecordTable } from './setting-aside';

export interface Retried {
  readonly stored: readonly string[];
  readonly refused: readonly { readonly row: string; readonly table: string; readonly reason: string }[];
}

/**
 * Makes and inserts each row once more, by the code and into the tables of now. What is stored is marked so; what is refused
 * again goes on waiting. Rejects when ClickHouse is away: what was done until then is done.
 */
export async function retrySetAside(
  clickhouse: ClickHouse,
  tables: readonly RecordTable<never>[],
  rows: readonly SetAsideRow[],
  now: () => number = Date.now,
): Promise<Retried> {
  const stored: string[] = [];
  const refused: { row: string; table: string; reason: string }[] = [];
  for (const row of rows) {
    try {
      await clickhouse.insertRows(row.table_name, [rowOf(tables, row)], {
        settings: { input_format_skip_unknown_fields: 0 },
      });
    } catch (error) {
      const isRows = isRefusal(error) || isOwnFault(error) || error instanceof RangeError || error instanceof TypeError;
      if (!isRows) throw error;
      refused.push({ row: nameOf(row), table: row.table_name, reason: reasonOf(error) });
      continue;
    }
    await resolve(clickhouse, [row], 'stored', now());
    stored.push(nameOf(row));
  }
  return { stored, refused };
}

/** The rows wait no longer; they stay readable until they expire. */
export async function dismissSetAside(
  clickhouse: ClickHouse,
  rows: readonly SetAsideRow[],
  now: () => number = Date.now,
): Promise<readonly string[]> {
  await resolve(clickhouse, rows, 'dismissed', now());
  return rows.map(nameOf);
}

function rowOf(tables: readonly RecordTable<never>[], { table_name, content }: SetAsideRow): object {
  const table = tables.find((known) => known.table === table_name);
  if (table === undefined) throw new TypeError(`this version of the service does not write ${table_name}`);
  return table.toRow(JSON.parse(content) as never);
}

async function resolve(
  clickhouse: ClickHouse,
  rows: readonly SetAsideRow[],
  resolution: 'stored' | 'dismissed',
  now: number,
): Promise<void> {
  const changed_at = new Date(now).toISOString();
  const offsets = rows.map(({ offset }) => (offset === null ? null : String(offset)));
  await clickhouse.insertRows(
    'rows_set_aside',
    rows.map((row, index) => ({ ...row, offset: offsets[index], resolution, changed_at })),
  );
}
