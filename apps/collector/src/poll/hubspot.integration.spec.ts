import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createMadeHubspot, type MadeHubspot } from '@millrace/catalog-sources/testing';
import {
  accountType,
  entityTopics,
  personType,
  signalTopicName,
  type Account,
  type Person,
} from '@millrace/contract-signal';
import { SchemaRegistryCodec } from '@millrace/platform-kafka';
import type { RunningService } from '@millrace/platform-observability';
import { useStack, waitFor } from '@millrace/platform-testing';

import { readCollectorConfig } from '../app.config';
import { deploy } from '../commands/deploy';
import { idsOf, readTopic } from '../testing/read-topic';
import { environmentOf } from '../testing/run-collector';
import { startCollector } from '../topology';

const stack = useStack();
const AT = Date.UTC(2026, 2, 1);
const folder = mkdtempSync(join(tmpdir(), 'hubspot-'));
let api: MadeHubspot;
let collector: RunningService;

beforeAll(async () => {
  api = await createMadeHubspot();
  api.records.set('contacts', [
    ...Array.from({ length: 450 }, (_, n) => ({
      id: String(n + 1),
      at: AT + n,
      properties: { email: `p${n + 1}@example.com` },
    })),
    { id: '900', at: AT, archivedAt: AT + 9 },
  ]);
  api.records.set('companies', [{ id: '7', at: AT, properties: { domain: 'acme.co.uk', name: 'Acme' } }]);
  api.records.set('deals', [{ id: '9', at: AT, properties: { dealstage: 'closedwon', amount: '4800' } }]);
  api.links.push(['deals/9', 'companies/7'], ['deals/9', 'contacts/1']);
  const file = join(folder, 'sources.yaml');
  const settings = `{ token: pat, url: '${api.url}', allow_private_addresses: true }`;
  writeFileSync(file, `sources:\n  - { name: hub, type: hubspot, settings: ${settings} }\n`);
  const config = readCollectorConfig(environmentOf(stack, { SOURCES_FILES: file, COLLECTOR_WRITE_KEYS: '' }));
  await deploy(config);
  collector = await startCollector(config, { ownsProcess: false });
  await collector.started;
});
afterAll(async () => {
  await collector?.close();
  await api.close();
  rmSync(folder, { recursive: true });
});

/** Of each key the newest value. */
async function entities<Entity>(topic: string, type: typeof personType): Promise<Map<string, Entity | null>> {
  const decode = new SchemaRegistryCodec({ url: stack.schemaRegistryUrl }).decoder<Entity>(type);
  const found = new Map<string, Entity | null>();
  for (const { key, bytes } of await readTopic(stack, topic)) {
    const decoded = await decode(bytes);
    found.set(key ?? '', decoded.ok ? decoded.value : null);
  }
  return found;
}

it('brings people, accounts and deals of an account to their topics, as the instance that tells of them', async () => {
  const topics = entityTopics(stack.topicPrefix);
  const people = await waitFor('451 people', () => entities<Person>(topics.people.name, personType), {
    until: (seen) => seen.size === 451,
    deadlineMs: 60_000,
  });
  expect(people.get('hub/1')).toMatchObject({
    instance: 'hub',
    email: 'p1@example.com',
    deleted: false,
    updated_at: AT,
  });
  expect(people.get('hub/900')).toMatchObject({ deleted: true, updated_at: AT + 9 });
  const accounts = await entities<Account>(topics.accounts.name, accountType);
  expect(accounts.get('hub/7')).toMatchObject({ instance: 'hub', domain: 'acme.co.uk' });
  const signals = await waitFor('the deal', () => readTopic(stack, signalTopicName('hub', stack.topicPrefix)), {
    until: (seen) => seen.length > 0,
  });
  expect(idsOf(signals)).toEqual([`deals/9/closedwon/${AT}`]);
  expect(signals[0]?.signal).toMatchObject({
    source: 'hub',
    domain: 'acme.co.uk',
    email: 'p1@example.com',
    value: 4800,
  });
});
