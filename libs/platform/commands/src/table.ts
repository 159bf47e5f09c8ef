export type Cell = string | number | null | undefined;

/** Longer cells are cut for people; `--json` has them whole. */
const LONGEST_CELL = 160;

/** What came from outside stays in its cell and on its line, whatever it holds. */
function textOf(cell: Cell): string {
  // eslint-disable-next-line no-control-regex -- these are what would break a line or drive a terminal
  const text = String(cell ?? '').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text;
}

/** Columns padded to their widest cell; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const all = [header, ...rows.map((row) => row.map(textOf))];
  const widths = header.map((_, column) => all.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0));
  const isNumber = header.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  return all.map((row) =>
    row
      .map((cell, column) =>
        isNumber[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** What every list command prints: a header and a row each, or one sentence when there is nothing to list. */
export const listing = (header: readonly string[], rows: readonly (readonly Cell[])[], nothing: string): string[] =>
  rows.length === 0 ? [nothing] : table(header, rows);

/** Named values in one cell: `lead_score 26, lead_grade C`. */
export const values = (of: Readonly<Record<string, unknown>>): string =>
  Object.entries(of)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
