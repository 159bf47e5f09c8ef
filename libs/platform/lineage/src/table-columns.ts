import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

import type { Columns, Field } from './told';

const KEPT_MS = 600_000;

/** Reads the columns of tables and keeps them for ten minutes: a deploy changes them, a run does not. */
export function createTableColumns(
  clickhouse: ClickHouse,
  now = Date.now,
): (tables: readonly string[]) => Promise<Columns> {
  const known = new Map<string, { readonly fields: readonly Field[]; readonly readAt: number }>();
  return async (tables) => {
    const stale = tables.filter((table) => (known.get(table)?.readAt ?? -KEPT_MS) + KEPT_MS <= now());
    if (stale.length > 0) {
      const rows = await clickhouse.query<Field & { readonly table_name: string }>(
        loadSql(__dirname, 'sql/table-columns.sql'),
        { database: clickhouse.config.database, tables: stale },
      );
      for (const table of stale) {
        const fields = rows
          .filter(({ table_name }) => table_name === table)
          .map(({ name, type, description }) => ({ name, type, description }));
        known.set(table, { fields, readAt: now() });
      }
    }
    return new Map(
      tables.flatMap((table) => {
        const fields = known.get(table)?.fields ?? [];
        return fields.length === 0 ? [] : [[table, fields] as const];
      }),
    );
  };
}
