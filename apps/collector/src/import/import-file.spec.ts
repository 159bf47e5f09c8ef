import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadInstances } from '../instances/load-instances';
import { importFile, type FileInstance } from './import-file';
import { RecentIds } from './recent-ids';

it('ends when it is stopped: says so, with what was done and the rejected rows so far', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'import-'));
  const rejectedPath = join(folder, 'rejected.csv');
  const stop = new AbortController();
  async function* endless(): AsyncGenerator<Buffer> {
    yield Buffer.from('person_id,email\nnobody,x\n');
    for (let id = 0; ; id += 1) yield await Promise.resolve(Buffer.from(`p${id},p${id}@b.co\n`));
  }
  try {
    const [instance] = loadInstances([join(__dirname, '../testing/file-sources.yaml')]) as [FileInstance];
    const summary = await importFile(
      {
        instance,
        bytes: endless(),
        facts: { format: 'csv', columns: {}, time: 1, instance: null },
        rejectedPath,
        maxEventBytes: 1_000,
        now: 2,
        stop: stop.signal,
        onProgress: () => stop.abort(),
      },
      null,
    );
    expect(summary).toMatchObject({ accepted: 999, rejected: 1, complete: false, error: { reason: 'stopped' } });
    expect(await readFile(rejectedPath, 'utf8')).toMatch(/\r\n2,not_an_email,.*,nobody,x\r\n$/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('knows the ids that came lately, in bounded memory', () => {
  const seen = new RecentIds(2);
  expect(['a', 'b', 'a', 'c', 'b', 'd', 'e', 'a'].map((id) => seen.add(id))).toEqual([
    true,
    true,
    false,
    true,
    false,
    true,
    true,
    true,
  ]);
});
