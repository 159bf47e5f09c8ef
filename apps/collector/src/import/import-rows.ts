import { findColumns, refused, requireIdColumn, type ColumnMap, type Columns } from './columns';
import type { EntityName } from './entity-kind';
import { mapRow, type MappedRow, type RowContext } from './map-row';
import { readJsonRow } from './read-json-row';
import { readCsv, readLines } from './read-rows';
import { isRejectedFile, REJECTED_COLUMNS, ROW_COLUMN, unguarded } from './rejected-file';

export type Format = 'csv' | 'jsonl';

/** A row after mapping, with what it was. */
export interface ImportedRow {
  readonly line: number;
  readonly mapped: MappedRow;
  readonly cells: readonly string[];
}

export interface ImportedFile {
  readonly delimiter: string;
  readonly header: readonly string[];
  /** Columns that no field is read from. */
  readonly ignored: readonly string[];
  readonly rows: AsyncIterable<ImportedRow>;
}

type Context = Omit<RowContext, 'hasDecimalComma'>;

/** A file's text to mapped rows, one at a time. Throws FILE_INVALID for what is wrong with the file as a whole. */
export function importRows(
  kind: EntityName,
  text: AsyncIterable<string>,
  format: Format,
  map: ColumnMap,
  context: Context,
): Promise<ImportedFile> {
  return format === 'csv'
    ? importCsv(kind, text, map, context)
    : Promise.resolve(importJsonl(kind, text, map, context));
}

async function importCsv(
  kind: EntityName,
  text: AsyncIterable<string>,
  map: ColumnMap,
  context: Context,
): Promise<ImportedFile> {
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
  const columns = isOfJson ? new Map([[ROW_COLUMN, 0]]) : findColumns(kind, header, map);
  if (!isOfJson) requireIdColumn(kind, columns, header);
  const rowContext = { ...context, hasDecimalComma: !isOfJson && delimiter === ';' };
  const mapJson = jsonMapper(kind, map, rowContext);
  const mapCells = (cells: readonly string[]): MappedRow => {
    if (cells.length !== header.length) {
      return { reason: 'wrong_number_of_columns', detail: `the header has ${header.length}, the row ${cells.length}` };
    }
    return isOfJson ? mapJson(cells[0] ?? '') : mapRow(kind, cells, columns, rowContext);
  };
  const mapped = async function* (): AsyncGenerator<ImportedRow> {
    for await (const row of { [Symbol.asyncIterator]: () => iterator }) {
      const cells = asItWas(row.cells);
      yield { line: row.line, cells, mapped: mapCells(cells) };
    }
  };
  const used = new Set(columns.values());
  return { delimiter, header, ignored: header.filter((_name, at) => !used.has(at)), rows: mapped() };
}

function importJsonl(kind: EntityName, text: AsyncIterable<string>, map: ColumnMap, context: Context): ImportedFile {
  const mapLine = jsonMapper(kind, map, { ...context, hasDecimalComma: false });
  const mapped = async function* (): AsyncGenerator<ImportedRow> {
    for await (const { line, text: content } of readLines(text)) {
      if (content.trim() !== '') yield { line, cells: [content.trim()], mapped: mapLine(content) };
    }
  };
  return { delimiter: ',', header: [ROW_COLUMN], ignored: [], rows: mapped() };
}

/** Lines of one export mostly have the same names: their columns are found once. */
function jsonMapper(kind: EntityName, map: ColumnMap, context: RowContext): (line: string) => MappedRow {
  let known: { readonly names: string; readonly columns: Columns } | undefined;
  return (line) => {
    const row = readJsonRow(line);
    if ('reason' in row) return row;
    const names = JSON.stringify(row.names);
    try {
      if (known?.names !== names) known = { names, columns: columnsOfObject(kind, row.names, map) };
      return mapRow(kind, row.cells, known.columns, context);
    } catch (error) {
      return { reason: 'duplicate_column', detail: (error as Error).message };
    }
  };
}

/** An object may lack a mapped field: each says what it knows. */
function columnsOfObject(kind: EntityName, names: readonly string[], map: ColumnMap): Columns {
  const present = Object.entries(map).filter(([, column]) => names.includes(column));
  return findColumns(kind, names, Object.fromEntries(present));
}
