import type { FileFacts, FileRow, OpenedFile } from '../source';
import { findColumns, refused, requireColumns, type ColumnMap, type Columns } from './columns';
import { readJsonRow } from './read-json-row';
import { readCsv, readLines } from './read-rows';
import { readText } from './read-text';
import { isRejectedFile, REJECTED_COLUMNS, ROW_COLUMN, unguarded } from './rejected-rows';
import type { Table, TableRow } from './table';

/** A file's bytes to rows, one at a time. Throws FILE_INVALID for what is wrong with the file as a whole. */
export function openTable(
  table: Table,
  bytes: AsyncIterable<Uint8Array>,
  columns: ColumnMap,
  facts: FileFacts,
): Promise<OpenedFile> {
  const text = readText(bytes);
  const map = { ...columns, ...facts.columns };
  return facts.format === 'csv'
    ? openCsv(table, text, map, facts)
    : Promise.resolve(openJsonl(table, text, map, facts));
}

async function openCsv(
  table: Table,
  text: AsyncIterable<string>,
  map: ColumnMap,
  facts: FileFacts,
): Promise<OpenedFile> {
  const { delimiter, rows } = await readCsv(text);
  const iterator = rows[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) throw refused('empty_file', 'The file has no header', 'The first line names the columns');
  // What was corrected in a rejected-rows file is read as the row that it was.
  const isRejected = isRejectedFile(first.value.cells);
  const asItWas = (cells: readonly string[]): readonly string[] =>
    isRejected ? cells.slice(REJECTED_COLUMNS.length).map(unguarded) : cells;
  const header = asItWas(first.value.cells);
  const isOfJson = isRejected && header.length === 1 && header[0] === ROW_COLUMN;
  const columns = isOfJson ? new Map([[ROW_COLUMN, 0]]) : findColumns(table, header, map);
  if (!isOfJson) requireColumns(table, columns, header);
  const unused = unusedOf(table, columns, header);
  const readJson = jsonReader(table, map, facts);
  const read = (cells: readonly string[]): TableRow => {
    if (cells.length !== header.length) {
      return { reason: 'wrong_number_of_columns', detail: `the header has ${header.length}, the row ${cells.length}` };
    }
    return isOfJson ? readJson(cells[0] ?? '') : rowOf(columns, unused, cells, facts, delimiter === ';');
  };
  const rowsOf = async function* (): AsyncGenerator<FileRow> {
    for await (const row of { [Symbol.asyncIterator]: () => iterator }) {
      const cells = asItWas(row.cells);
      yield { line: row.line, cells, record: read(cells) };
    }
  };
  const used = new Set(columns.values());
  return { delimiter, header, ignored: header.filter((_name, at) => !used.has(at)), rows: rowsOf() };
}

function openJsonl(table: Table, text: AsyncIterable<string>, map: ColumnMap, facts: FileFacts): OpenedFile {
  const read = jsonReader(table, map, facts);
  const rows = async function* (): AsyncGenerator<FileRow> {
    for await (const { line, text: content } of readLines(text)) {
      if (content.trim() !== '') yield { line, cells: [content.trim()], record: read(content) };
    }
  };
  return { delimiter: ',', header: [ROW_COLUMN], ignored: [], rows: rows() };
}

function rowOf(
  columns: Columns,
  unused: Unused,
  cells: readonly string[],
  { time, instance }: FileFacts,
  decimal_comma: boolean,
): TableRow {
  const texts: Record<string, string> = {};
  for (const [name, at] of columns) texts[name] = cells[at] ?? '';
  const others: Record<string, string> = {};
  for (const [name, at] of unused) if ((cells[at] ?? '').trim() !== '') others[name] = cells[at] ?? '';
  return { texts, decimal_comma, file_time: time, instance, ...(unused.length === 0 ? {} : { others }) };
}

/** Columns that no field is read from, where the table keeps them. */
type Unused = readonly (readonly [name: string, at: number])[];

function unusedOf({ keepsOthers }: Table, columns: Columns, header: readonly string[]): Unused {
  if (keepsOthers !== true) return [];
  const used = new Set(columns.values());
  return header.flatMap((name, at) => (used.has(at) || name.trim() === '' ? [] : [[name.trim(), at] as const]));
}

/** Lines of one export mostly have the same names: their columns are found once. */
function jsonReader(table: Table, map: ColumnMap, facts: FileFacts): (line: string) => TableRow {
  let known: { readonly names: string; readonly columns: Columns; readonly unused: Unused } | undefined;
  return (line) => {
    const row = readJsonRow(line);
    if ('reason' in row) return row;
    const names = JSON.stringify(row.names);
    try {
      if (known?.names !== names) {
        const columns = columnsOfObject(table, row.names, map);
        known = { names, columns, unused: unusedOf(table, columns, row.names) };
      }
      return rowOf(known.columns, known.unused, row.cells, facts, false);
    } catch (error) {
      return { reason: 'duplicate_column', detail: (error as Error).message };
    }
  };
}

/** An object may lack a mapped field: each says what it knows. */
function columnsOfObject(table: Table, names: readonly string[], map: ColumnMap): Columns {
  const present = Object.entries(map).filter(([, column]) => names.includes(column));
  return findColumns(table, names, Object.fromEntries(present));
}
