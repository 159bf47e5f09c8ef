import { isRowReason, type RowReason } from '../row-reasons';
import type { ReadCell } from './values';

/** One field that a file may hold. */
export interface Field {
  readonly read: ReadCell<string | number | boolean>;
  /** Other spellings of its column; case, spaces, `_` and `-` make no difference. */
  readonly aliases: readonly string[];
  /** Value of an empty cell. */
  readonly empty: null | false;
}
export type Fields = Readonly<Record<string, Field>>;

export const field = (read: Field['read'], ...aliases: string[]): Field => ({ read, aliases, empty: null });

/** What a kind of file holds. */
export interface Table {
  /** What its rows are, for messages: `people`. */
  readonly rows: string;
  readonly fields: Fields;
  /** Of each list one column must be there, or the file is refused. */
  readonly needs: readonly (readonly string[])[];
  /** What stands in columns that no field is read from is kept, too. */
  readonly keepsOthers?: true;
}

/** A row as it is mapped: the text of each field that has a column, or why it is not one. JSON, so that fixtures can hold it. */
export type TableRow =
  | {
      readonly texts: Readonly<Record<string, string>>;
      readonly decimal_comma: boolean;
      readonly file_time: number;
      readonly instance: string | null;
      /** By the name of its column, what no field is read from. */
      readonly others?: Readonly<Record<string, string>>;
    }
  | { readonly reason: RowReason; readonly detail: string };

/** Anything else than a row that `openTable` gave is not one. */
export function readTableRow(record: unknown): TableRow {
  const row = record as (Partial<Extract<TableRow, { texts: object }>> & { reason?: unknown; detail?: unknown }) | null;
  if (typeof row === 'object' && row !== null) {
    if (isRowReason(row.reason) && typeof row.detail === 'string') return { reason: row.reason, detail: row.detail };
    const { texts, decimal_comma = false, file_time = 0, instance = null, others = {} } = row;
    const isTexts = areTexts(texts) && areTexts(others);
    if (
      isTexts &&
      typeof decimal_comma === 'boolean' &&
      Number.isSafeInteger(file_time) &&
      (instance === null || typeof instance === 'string')
    )
      return { texts, decimal_comma, file_time, instance, others };
  }
  return { reason: 'invalid_event', detail: 'the record is not a row of a file' };
}

const areTexts = (given: unknown): given is Readonly<Record<string, string>> =>
  typeof given === 'object' && given !== null && Object.values(given).every((text) => typeof text === 'string');
