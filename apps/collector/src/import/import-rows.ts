import { findColumns, refused, requireIdColumn, type ColumnMap, type Columns } from './columns';
import type { EntityName } from './entity-kind';
import { mapRow, type MappedRow, type RowContext } from './map-row';
import { readJsonRow } from './read-json-row';
import { readCsv, readLines } from './read-rows';

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
  const header = first.value.cells;
  const columns = findColumns(kind, header, map);
  requireIdColumn(kind, columns);
  const rowContext = { ...context, hasDecimalComma: delimiter === ';' };
  const mapCells = (cells: readonly string[]): MappedRow =>
    cells.length === header.length
      ? mapRow(kind, cells, columns, rowContext)
      : { reason: 'wrong_number_of_columns', detail: `the header has ${header.length}, the row ${cells.length}` };
  const mapped = async function* (): AsyncGenerator<ImportedRow> {
    for await (const { line, cells } of { [Symbol.asyncIterator]: () => iterator }) {
      yield { line, cells, mapped: mapCells(cells) };
    }
  };
  const used = new Set(columns.values());
  return { delimiter, header, ignored: header.filter((_name, at) => !used.has(at)), rows: mapped() };
}

function importJsonl(kind: EntityName, text: AsyncIterable<string>, map: ColumnMap, context: Context): ImportedFile {
  const rowContext = { ...context, hasDecimalComma: false };
  const mapLine = (line: string): MappedRow => {
    const row = readJsonRow(line);
    if ('reason' in row) return row;
    try {
      return mapRow(kind, row.cells, columnsOfObject(kind, row.names, map), rowContext);
    } catch (error) {
      return { reason: 'duplicate_column', detail: (error as Error).message };
    }
  };
  const mapped = async function* (): AsyncGenerator<ImportedRow> {
    for await (const { line, text: content } of readLines(text)) {
      if (content.trim() !== '') yield { line, cells: [content.trim()], mapped: mapLine(content) };
    }
  };
  return { delimiter: ',', header: ['row'], ignored: [], rows: mapped() };
}

/** An object may lack a mapped field: each says what it knows. */
function columnsOfObject(kind: EntityName, names: readonly string[], map: ColumnMap): Columns {
  const present = Object.entries(map).filter(([, column]) => names.includes(column));
  return findColumns(kind, names, Object.fromEntries(present));
}
