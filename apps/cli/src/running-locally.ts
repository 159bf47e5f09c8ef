import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';

const running = z.object({ pid: z.int().positive(), environment: z.record(z.string(), z.string()) });

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/**
 * The variables of the demo or `npm start` that runs on this machine, so that commands in another terminal talk to it whatever
 * its ports are. Empty when nothing runs. Variables of the terminal go first.
 */
export function readRunningLocally(cacheHome: string = join(homedir(), '.cache')): Readonly<Record<string, string>> {
  try {
    const found = running.parse(JSON.parse(readFileSync(join(cacheHome, 'millrace/running.json'), 'utf8')));
    return isAlive(found.pid) ? found.environment : {};
  } catch {
    return {};
  }
}
