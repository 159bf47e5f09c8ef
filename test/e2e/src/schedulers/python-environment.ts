import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'millrace/examples-python');

/** What an example needs, in an environment of its own that is kept outside of the repository. Returns its `bin` folder. */
export async function pythonEnvironment(name: string, requirements: string): Promise<string> {
  const folder = join(CACHE, name);
  const python = join(folder, 'bin/python');
  if (!existsSync(python)) await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements], { maxBuffer: 16 * 1024 * 1024 });
  return join(folder, 'bin');
}

export interface Ran {
  readonly code: number;
  /** Both streams. */
  readonly output: string;
}

/** Runs a program to its end; however it ends is the result. */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, environment }: { readonly cwd: string; readonly environment: Readonly<Record<string, string>> },
): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      program,
      [...args],
      { cwd, env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, output: `${stdout}\n${stderr}` });
      },
    );
  });
}
