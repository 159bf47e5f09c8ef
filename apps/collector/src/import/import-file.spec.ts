import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readCollectorConfig } from '../app.config';
import { importFile } from './import-file';

it('ends when it is stopped: says so, with what was done and the rejected rows so far', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'import-'));
  const rejectedPath = join(folder, 'rejected.csv');
  const stop = new AbortController();
  async function* endless(): AsyncGenerator<Buffer> {
    yield Buffer.from('person_id,email\nnobody,x\n');
    for (let id = 0; ; id += 1) yield await Promise.resolve(Buffer.from(`p${id},p${id}@b.co\n`));
  }
  try {
    const summary = await importFile(readCollectorConfig(), {
      kind: 'people',
      instance: 'direct',
      source: endless(),
      format: 'csv',
      map: {},
      fileTime: 1,
      rejectedPath,
      isDryRun: true,
      stop: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(summary).toMatchObject({ accepted: 1_000, rejected: 1, complete: false, error: { reason: 'stopped' } });
    expect(await readFile(rejectedPath, 'utf8')).toMatch(/\r\n2,not_an_email,.*,nobody,x\r\n$/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
