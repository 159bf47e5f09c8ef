import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { useStack, waitFor } from '@millrace/platform-testing';
import type { RunningService } from '@millrace/platform-observability';

import { basic, post, runCollector, WEBSITE_KEY } from '../testing/run-collector';
import { hashWriteKey } from './write-key';

const stack = useStack();
const file = join(mkdtempSync(join(tmpdir(), 'keys-')), 'keys.json');
const writeKeys = (revoked: boolean): void =>
  writeFileSync(file, JSON.stringify({ keys: [{ source: 'website', hash: hashWriteKey(WEBSITE_KEY), revoked }] }));
let collector: RunningService;
const lines: string[] = [];
const logDestination = { write: (line: string) => void lines.push(line) };
const status = async (): Promise<number> =>
  (await post(`${collector.url}/v1/batch`, '{"batch":[]}', basic(WEBSITE_KEY))).status;

beforeAll(async () => {
  writeKeys(false);
  const environment = {
    COLLECTOR_WRITE_KEYS: '',
    COLLECTOR_WRITE_KEYS_FILE: file,
    COLLECTOR_WRITE_KEYS_RELOAD_SECONDS: '0.05',
  };
  collector = await runCollector(stack, environment, { logDestination });
});
afterAll(() => collector?.close());

it('refuses a key within seconds of its revocation, and a broken file changes nothing', async () => {
  expect(await status()).toBe(200);
  writeKeys(true);
  await waitFor('the key to be refused', status, { until: (seen) => seen === 401, deadlineMs: 5_000 });
  writeFileSync(file, '{"keys": [');
  await waitFor('the broken file to be reported', () =>
    lines.some((line) => line.includes('The write keys in force stay')),
  );
  expect(await status()).toBe(401);
  writeKeys(false);
  await waitFor('the key to be taken again', status, { until: (seen) => seen === 200, deadlineMs: 5_000 });
});
