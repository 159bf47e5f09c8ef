import { join } from 'node:path';

import { SIGNAL_SCHEMA, signalTopicName, valueSubject } from '@millrace/contract-signal';
import { listTopics, SchemaRegistryCodec } from '@millrace/platform-kafka';
import type { RunningService } from '@millrace/platform-observability';
import { useStack, waitFor } from '@millrace/platform-testing';

import { readCollectorConfig } from '../app.config';
import { examine } from './doctor';
import { basic, environmentOf, WEBSITE_KEY } from '../testing/run-collector';
import { startCollector } from '../topology';
import { deploy } from './deploy';

const stack = useStack();
const config = (more: Record<string, string> = {}) => readCollectorConfig(environmentOf(stack, more));
const summary = async (more?: Record<string, string>) =>
  (await examine(config(more))).map(({ check, ok }) => `${check}: ${ok}`);

let early: RunningService;
afterAll(() => early?.close());
const post = (): Promise<Response> =>
  fetch(`${early.url}/v1/track`, {
    method: 'POST',
    body: JSON.stringify({ messageId: 'early', userId: 'u', event: 'Feature Used' }),
    headers: { 'content-type': 'application/json', ...basic(WEBSITE_KEY) },
  });

it('takes no event before it is deployed, and says what to do', async () => {
  early = await startCollector(config({ LOG_LEVEL: 'silent' }), { ownsProcess: false });
  const reason = expect.stringMatching(/^SCHEMA_UNKNOWN: .* Run `npx millrace deploy`\.$/);
  const readiness = async () => (await fetch(`${early.url}/health/ready`)).json();
  await waitFor('the reason', async () => JSON.stringify(await readiness()).includes('SCHEMA_UNKNOWN'));
  expect(await readiness()).toMatchObject({ status: 'starting', checks: { 'schema registry': { reason } } });
  const answer = await post();
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await answer.json()).toMatchObject({ success: false, code: 'SERVICE_NOT_READY' });
  const findings = [
    'kafka topics: false',
    'schemas: false',
    'schema compatibility: true',
    'write keys: true',
    'history: true',
  ];
  expect(await summary()).toEqual(findings);
});

it('creates topics with their settings and registers their schemas, and repeats without a change', async () => {
  const first = await deploy(config());
  const prefix = stack.topicPrefix;
  expect(first.topics.map(({ topic, action }) => `${topic} ${action}`)).toEqual([
    `${prefix}signals.website.v1 created`,
    `${prefix}signals.product.v1 created`,
    `${prefix}entities.accounts.v1 created`,
    `${prefix}entities.people.v1 created`,
    `${prefix}sources.cursors.v1 created`,
  ]);
  const second = await deploy(config());
  expect(second.topics.every(({ action }) => action === 'unchanged')).toBe(true);
  expect(second.schemas).toEqual(first.schemas);
  const findings = [
    'kafka topics: true',
    'schemas: true',
    'schema compatibility: true',
    'write keys: true',
    'history: true',
  ];
  expect(await summary()).toEqual(findings);
});

it('works once it is deployed, without a restart', async () => {
  await early.started;
  expect((await post()).status).toBe(200);
});

it('holds every subject to what protects its readers, and says which subject is held to less', async () => {
  const registry = new SchemaRegistryCodec({ url: stack.schemaRegistryUrl });
  const website = valueSubject(signalTopicName('website', stack.topicPrefix));
  const own = valueSubject(signalTopicName('of_a_team', stack.topicPrefix));
  expect(await registry.compatibilityOf(website)).toBe('FULL_TRANSITIVE');
  await registry.setCompatibility(website, 'BACKWARD');
  await registry.registerSchema(own, SIGNAL_SCHEMA, { compatibility: 'NONE' });
  const findings = (await examine(config())).filter(({ check }) => check === 'schema compatibility');
  expect(findings).toMatchObject([
    { ok: false, detail: expect.stringMatching(/website\.v1-value is BACKWARD, .*of_a_team\.v1-value is NONE/) },
  ]);
  await deploy(config());
  await registry.setCompatibility(own, 'FULL_TRANSITIVE');
  expect(await summary()).toContain('schema compatibility: true');
});

it('refuses a schema that would break readers, with the reason, and changes nothing', async () => {
  const registry = new SchemaRegistryCodec({ url: stack.schemaRegistryUrl });
  const subject = valueSubject(signalTopicName('billing', stack.topicPrefix));
  const fields = [{ name: 'signal_id', type: 'long' }];
  await registry.registerSchema(subject, { type: 'record', name: 'millrace.Signal', fields });
  await expect(
    deploy(config({ SOURCES_FILES: join(__dirname, '../testing/other-sources.yaml') })),
  ).rejects.toMatchObject({
    code: 'SCHEMA_INCOMPATIBLE',
    message: expect.stringMatching(/billing.*would break its readers: .+/s),
  });
  expect(await listTopics(stack.kafka, `${stack.topicPrefix}signals.support`)).toEqual([]);
});

it('encodes with its own schema although a team has registered a newer one', async () => {
  const registry = new SchemaRegistryCodec({ url: stack.schemaRegistryUrl });
  const subject = valueSubject(signalTopicName('website', stack.topicPrefix));
  const own = await registry.schemaIdOf(subject, SIGNAL_SCHEMA);
  const { fields, ...rest } = SIGNAL_SCHEMA as unknown as { fields: object[] };
  const extra = { name: 'campaign_id', type: ['null', 'string'], default: null };
  const newer = { ...rest, fields: [...fields, extra] } as unknown as typeof SIGNAL_SCHEMA;
  expect(await registry.registerSchema(subject, newer)).not.toBe(own);
  expect(await registry.schemaIdOf(subject, SIGNAL_SCHEMA)).toBe(own);
  expect(await summary()).toContain('schemas: true');
});
