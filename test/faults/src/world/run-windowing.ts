import { execFile } from 'node:child_process';
import { join } from 'node:path';

const PROGRAM = join(__dirname, '../../../../apps/windowing/dist/cli.js');
const TIMEOUT_MS = 180_000;

export interface CommandResult {
  /** Null: ended by a signal. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of windowing as an operator runs it. */
export function runWindowing(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  program = PROGRAM,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [program, ...args],
      { env: { ...process.env, ...environment }, timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr }),
    );
  });
}

/** The same with --json. Rejects unless it ends with 0. */
export async function askWindowing<Answer>(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  program = PROGRAM,
): Promise<Answer> {
  const { code, signal, stdout, stderr } = await runWindowing([...args, '--json'], environment, program);
  if (code !== 0) {
    throw new Error(`windowing ${args.join(' ')} ended with ${code ?? signal}\n${stdout}\n${stderr}`);
  }
  return JSON.parse(stdout) as Answer;
}
