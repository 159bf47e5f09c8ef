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
