import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { openStack } from '@millrace/platform-testing';

import { ROOT } from '../guard/files';
import { withMeanings } from './meanings';
import { readTables, type Table } from './read-tables';

/** Every table and view that `millrace deploy` makes in an empty database, with what each column means. Needs a stack. */
export async function readDeployed(): Promise<Table[]> {
  const stack = await openStack();
  try {
    // Whoever runs this may have destinations: they are left alone.
    const env = { ...process.env, ...stack.environment, SYNC_DESTINATIONS_FILE: '' };
    await promisify(execFile)(process.execPath, [join(ROOT, 'apps/cli/bin/millrace.js'), 'deploy'], { env });
    return withMeanings(await readTables(stack.clickhouse));
  } finally {
    await stack.cleanup();
  }
}
