import { execFile } from 'node:child_process';
import { join } from 'node:path';

const APPS = join(__dirname, '../../../../apps');
const TIMEOUT_MS = 120_000;

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `millrace <args>` as a user runs it, in the given environment. */
export function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const program = join(APPS, 'cli/bin/millrace.js');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { env: { ...process.env, ...environment }, timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

/** The same with --json; throws with what the command printed when it failed. */
export async function runJson<T>(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<T> {
  const { code, stdout, stderr } = await runCommand([...args, '--json'], environment);
  if (code !== 0) throw new Error(`millrace ${args.join(' ')} exited with ${code}\n${stdout}\n${stderr}`);
  return JSON.parse(stdout) as T;
}
