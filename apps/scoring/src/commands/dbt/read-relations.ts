import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

import { readExportable } from '../export-view';
import type { Column, Relation } from './sources-of';

interface ColumnRow extends Column {
  readonly relation: string;
  readonly about: string;
}

/** Views and tables that anybody may read as they are, with their comments. */
export async function readRelations(clickhouse: ClickHouse): Promise<Relation[]> {
  const exportable = await readExportable(clickhouse);
  const rows = await clickhouse.query<ColumnRow>(loadSql(__dirname, 'sql/columns.sql'), {
    names: exportable.map(({ name }) => name),
  });
  return exportable.map(({ name, has_doubles: hasDoubles }) => {
    const own = rows.filter(({ relation }) => relation === name);
    return {
      name,
      description: own[0]?.about ?? '',
      hasDoubles,
      columns: own.map((row) => ({ name: row.name, type: row.type, description: row.description })),
    };
  });
}
