import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createMadeHubspot, type MadeHubspot } from '@millrace/catalog-sources/testing';
import { entityTopics, signalTopicName } from '@millrace/contract-signal';
import { spawnProgram, useStack, waitFor, type SpawnedService } from '@millrace/platform-testing';

import { readCollectorConfig } from '../app.config';
import { deploy } from '../commands/deploy';
import { idsOf, readTopic } from '../testing/read-topic';
import { environmentOf } from '../testing/run-collector';

const stack = useStack();
const PROGRAM = join(__dirname, '../../dist/testing/polling/main.js');
const AT = Date.UTC(2026, 2, 1);
const CONTACTS = 650;
const COMPANIES = 420;
const DEALS = 410;
const folder = mkdtempSync(join(tmpdir(), 'killed-hubspot-'));
const running: SpawnedService[] = [];
let api: MadeHubspot;
let environment: Record<string, string>;

const start = async (more: Record<string, string> = {}, waitsForReady = true): Promise<SpawnedService> => {
  const service = await spawnProgram('collector', PROGRAM, { ...environment, ...more }, { waitsForReady });
  running.push(service);
  return service;
};
const keysOf = async (topic: string): Promise<(string | null)[]> =>
  (await readTopic(stack, topic)).map(({ key }) => key);
const { people, accounts } = entityTopics(stack.topicPrefix);
/** What has arrived: people, accounts and deals, each counted once. */
const arrived = async (): Promise<number[]> => [
  new Set(await keysOf(people.name)).size,
  new Set(await keysOf(accounts.name)).size,
  new Set(idsOf(await readTopic(stack, signalTopicName('hub', stack.topicPrefix)))).size,
];
const numbered = <Value>(count: number, make: (n: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index + 1));

beforeAll(async () => {
  api = await createMadeHubspot();
  // Many of one instant: the border of a page lies between them.
  const at = (n: number): number => AT + Math.floor(n / 90);
  const contact = (n: number) => ({ id: `${n}`, at: at(n), properties: { email: `p${n}@example.com` } });
  const company = (n: number) => ({
    id: `${n}`,
    at: at(n),
    properties: { domain: `c${n}.example.com`, name: `C${n}` },
  });
  const deal = (n: number) => ({ id: `${n}`, at: at(n), properties: { dealstage: 'closedwon', amount: `${n}` } });
  api.records.set('contacts', numbered(CONTACTS, contact));
  api.records.set('companies', numbered(COMPANIES, company));
  api.records.set('deals', numbered(DEALS, deal));
  for (let n = 1; n <= DEALS; n += 1) api.links.push([`deals/${n}`, `contacts/${n}`]);
  const file = join(folder, 'sources.yaml');
  const settings = `{ token: pat, url: '${api.url}', allow_private_addresses: true }`;
  writeFileSync(file, `sources:\n  - { name: hub, type: hubspot, settings: ${settings} }\n`);
  const { COLLECTOR_PORT: _any, ...rest } = environmentOf(stack, { SOURCES_FILES: file, COLLECTOR_WRITE_KEYS: '' });
  environment = rest;
  await deploy(readCollectorConfig(environment));
});
afterAll(async () => {
  for (const service of running) await service.stop();
  await api.close();
  rmSync(folder, { recursive: true });
});

it.each([1, 4])(
  'a collector is killed between the records of HubSpot and its cursor, at the %s. cursor of its process',
  async (crashAt) => {
    const killed = await start({ CRASH_AT_CURSOR: `${crashAt}` }, false);
    await waitFor('the process to die', () => !killed.isRunning, { deadlineMs: 90_000 });
  },
);

it('the next one brings all people, accounts and deals, and repeats a few pages at most', async () => {
  await start();
  await waitFor('all of it', arrived, {
    until: (seen) => `${seen}` === `${[CONTACTS, COMPANIES, DEALS]}`,
    deadlineMs: 120_000,
  });
  // Two kills, a page of 200 of each stream at most, and what the overlap of a pass reads twice.
  const read = (await keysOf(people.name)).length;
  expect(read).toBeLessThanOrEqual(CONTACTS + 3 * 200);
});
