import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'millrace/python');

/**
 * Packages of a requirements.txt in an environment of their own, which is kept outside of the repository. Returns its `bin` folder.
 * Rejects with what python3 or pip printed.
 */
export async function pythonEnvironment(name: string, requirements: string): Promise<string> {
  const folder = join(CACHE, name);
  const python = join(folder, 'bin/python');
  if (!existsSync(python)) await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements], { maxBuffer: 16 * 1024 * 1024 });
  return join(folder, 'bin');
}
