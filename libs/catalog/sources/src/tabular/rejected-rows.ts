/** What stands in front of a refused row. */
export const REJECTED_COLUMNS = ['line', 'reason', 'detail'] as const;

/** A refused line of JSONL is one cell. */
export const ROW_COLUMN = 'row';

export const isRejectedFile = (header: readonly string[]): boolean =>
  header.length > REJECTED_COLUMNS.length && REJECTED_COLUMNS.every((name, at) => header[at] === name);

/** A cell without the `'` that kept a spreadsheet from running it. */
export const unguarded = (cell: string): string => (/^'[=+\-@\t\r＝＋－＠]/.test(cell) ? cell.slice(1) : cell);
