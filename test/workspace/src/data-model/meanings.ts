import type { Column, Table } from './read-tables';

/** `sessions_at(builds)` shows `sessions` of the builds named, `signals_as_of(step)` shows `signals` as of a step. */
const NAMED_AFTER = /_(as_of|of|at)$/;

/**
 * Where a view's column has no comment of its own it means what the column of that name means in the table that the view is
 * named after, else in the tables that it reads, if those agree. What is found nowhere stays empty.
 */
export function withMeanings(tables: readonly Table[]): Table[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const meaningOf = (table: Table, column: Column): string => {
    if (column.comment !== '') return column.comment;
    const meaningsIn = (names: readonly string[]): string[] =>
      names.flatMap((name) => {
        const source = byName.get(name);
        const same = source?.columns.find((one) => one.name === column.name);
        return source === undefined || same === undefined ? [] : [meaningOf(source, same)];
      });
    const [first = ''] = meaningsIn([table.name.replace(NAMED_AFTER, '')].filter((name) => name !== table.name));
    if (first !== '') return first;
    const [one = '', ...others] = new Set(meaningsIn(table.sources));
    return others.length === 0 ? one : '';
  };
  return tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) => ({ ...column, comment: meaningOf(table, column) })),
  }));
}

/** Tables, views and columns that nothing says the meaning of, as `table` or `table.column`. */
export const withoutMeaning = (tables: readonly Table[]): string[] =>
  tables.flatMap(({ name, comment, columns }) => [
    ...(comment === '' ? [name] : []),
    ...columns.filter((column) => column.comment === '').map((column) => `${name}.${column.name}`),
  ]);
