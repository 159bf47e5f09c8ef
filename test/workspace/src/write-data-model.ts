// npm run docs:data-model: the pages of docs/data-model, and the tables in docs/data-model.md, from the comments in ClickHouse.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { withoutMeaning } from './data-model/meanings';
import { readDeployed } from './data-model/read-deployed';
import { staleFiles } from './data-model/stale-files';
import { ROOT } from './guard/files';

async function main(): Promise<void> {
  const tables = await readDeployed();
  for (const [path, text] of staleFiles(tables)) {
    const file = join(ROOT, path);
    mkdirSync(dirname(file), { recursive: true });
    if (text === null) rmSync(file);
    else writeFileSync(file, text);
    process.stdout.write(`${text === null ? 'removed' : 'wrote'} ${path}\n`);
  }
  const missing = withoutMeaning(tables);
  if (missing.length > 0) process.stdout.write(`without a comment, give them one: ${missing.join(', ')}\n`);
  process.stdout.write(`${tables.length} tables and views\n`);
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
