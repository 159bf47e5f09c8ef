import { execFile } from 'node:child_process';
import { join } from 'node:path';

import { MillraceError } from '@millrace/platform-errors';

const PROGRAM = join(__dirname, '../../../apps/cli/bin/millrace.js');
const TIMEOUT_MS = 300_000;

/** Runs `millrace <args> --json` as a user would and gives what it printed. */
export function runMillrace(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<unknown> {
  const command = `millrace ${args.join(' ')}`;
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [PROGRAM, ...args, '--json'],
      { env: { ...process.env, ...environment }, timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error !== null) {
          const message = `${command} failed: ${stderr.trim() || stdout.trim()}`;
          reject(new MillraceError(message, { code: 'INTERNAL', cause: error }));
          return;
        }
        resolve(JSON.parse(stdout));
      },
    );
  });
}
