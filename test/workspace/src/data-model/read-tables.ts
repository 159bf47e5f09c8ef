import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Stack } from '@millrace/platform-testing';

export interface Column {
  readonly name: string;
  readonly type: string;
  /** Empty: nobody says. */
  readonly comment: string;
}

/** A table or a view as ClickHouse knows it. */
export interface Table {
  readonly name: string;
  readonly comment: string;
  /** False of a materialized view: it fills a table and is not read. */
  readonly isView: boolean;
  /** A row may be there twice until a merge. */
  readonly hasDoubles: boolean;
  /** What a view must be told, with types. */
  readonly parameters: readonly Parameter[];
  readonly columns: readonly Column[];
  /** Expressions, empty where there is none. */
  readonly orderBy: string;
  readonly partitionBy: string;
  readonly ttl: string;
  /** Tables and views that a view reads; the table that a materialized one fills. */
  readonly sources: readonly string[];
}

export interface Parameter {
  readonly name: string;
  readonly type: string;
}

interface TableRow {
  readonly name: string;
  readonly comment: string;
  readonly is_view: number;
  readonly has_doubles: number;
  readonly parameters: readonly Parameter[];
  readonly sorting_key: string;
  readonly partition_key: string;
  readonly ttl: string;
  readonly sources: readonly string[];
  readonly declared: readonly (readonly [string, string])[];
}

type ClickHouse = Stack['clickhouse'];

/** Every table and view of the client's database, by name, with the comments that stand at them. */
export async function readTables(clickhouse: ClickHouse): Promise<Table[]> {
  const rows = await select<TableRow>(clickhouse, sqlOf('select-tables'));
  const columns = await select<Column & { readonly table: string }>(clickhouse, sqlOf('select-columns'));
  return Promise.all(
    rows.map(async (row) => ({
      name: row.name,
      comment: row.comment,
      isView: row.is_view === 1,
      hasDoubles: row.has_doubles === 1,
      parameters: row.parameters,
      columns:
        row.parameters.length > 0
          ? await describeView(clickhouse, row)
          : columns.flatMap(({ table, ...column }) => (table === row.name ? [column] : [])),
      orderBy: row.sorting_key,
      partitionBy: row.partition_key,
      ttl: row.ttl,
      sources: row.sources,
    })),
  );
}

/** A view with parameters shows its columns only to whoever gives them; any values will do. */
async function describeView(clickhouse: ClickHouse, { name, parameters, declared }: TableRow): Promise<Column[]> {
  const values = parameters.map((one) => `${one.name} = defaultValueOfTypeName('${one.type}')`);
  const columns = await select<Column>(clickhouse, `describe (select * from ${name}(${values.join(', ')}))`);
  const comments = new Map(declared.map(([column, comment]) => [column, comment.replace(/\\(.)/g, '$1')]));
  return columns.map((column) => ({
    name: column.name,
    type: column.type,
    comment: comments.get(column.name) ?? column.comment,
  }));
}

const sqlOf = (name: string): string => readFileSync(join(__dirname, 'sql', `${name}.sql`), 'utf8');

async function select<Row>(clickhouse: ClickHouse, query: string): Promise<Row[]> {
  return (await clickhouse.query({ query, format: 'JSONEachRow' })).json<Row>();
}
