import { createReadStream } from 'node:fs';

import { parse } from 'csv-parse';

/** The peer of an import: parses a file and counts its rows, nothing else. */
async function main(path: string): Promise<void> {
  let rows = 0;
  const parser = createReadStream(path).pipe(parse({ from: 2 }));
  for await (const _row of parser) rows += 1;
  process.stdout.write(JSON.stringify({ rows }));
}

void main(process.argv[2] ?? '');
