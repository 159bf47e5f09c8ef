import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';

/** A row of a result set; names of columns in lower case. */
export type ResultRow = Readonly<Record<string, string>>;

/**
 * The CSV of a job: the key's column first, then every field that a row has. A row without a field has an empty cell, which
 * leaves the field as it is. LF, every value in quotes.
 */
export function csvOf(rows: readonly Readonly<Record<string, string>>[], keyColumn: string): string {
  const columns = new Map([[keyColumn.toLowerCase(), keyColumn]]);
  for (const name of rows.flatMap((row) => Object.keys(row))) {
    if (!columns.has(name.toLowerCase())) columns.set(name.toLowerCase(), name);
  }
  const lines = rows.map((row) => {
    const cells = new Map(Object.entries(row).map(([name, cell]) => [name.toLowerCase(), cell]));
    return [...columns.keys()].map((name) => cells.get(name) ?? '');
  });
  return stringify([[...columns.values()], ...lines], { quoted: true, record_delimiter: 'unix' });
}

/** Rows of a result set; undefined: it is not CSV. */
export function parseCsv(text: string): ResultRow[] | undefined {
  try {
    return parse(text, {
      bom: true,
      columns: (header: string[]) => header.map((name) => name.toLowerCase()),
      skip_empty_lines: true,
    });
  } catch {
    return undefined;
  }
}
