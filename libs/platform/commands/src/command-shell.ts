/** What a command does to the world around it: standard output and the exit code. */
export interface CommandShell {
  readonly write: (text: string) => void;
  readonly exitWith: (code: number) => void;
}

export interface JsonOption {
  readonly json?: boolean;
}

/** One JSON value, or lines for people. */
export function print(shell: CommandShell, options: JsonOption, value: unknown, lines: readonly string[]): void {
  shell.write(options.json === true ? `${JSON.stringify(value)}\n` : lines.map((line) => `${line}\n`).join(''));
}

/** Columns padded to their widest cell; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const all = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
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
