import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROGRAM = join(__dirname, '../../../../apps/cli/bin/millrace.js');
const MEBIBYTE = 1024 * 1024;

/** `millrace <arguments> --json` as a user runs it; rejects with what it printed when it failed. */
export async function millrace<Result>(
  commandArguments: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Result> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...commandArguments, '--json'], {
    env: { ...process.env, ...environment },
    maxBuffer: 64 * MEBIBYTE,
  });
  return JSON.parse(stdout) as Result;
}
