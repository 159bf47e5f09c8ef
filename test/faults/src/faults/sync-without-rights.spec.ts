import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  createPerson,
  createSignal,
  entityTopics,
  PERSON_SCHEMA,
  personType,
  SIGNAL_SCHEMA,
  signalTopicName,
  signalType,
  valueSubject,
} from '@millrace/contract-signal';
import { deployContracts, startBroker } from '@millrace/local-stack';
import { createBatchProducer, createKafka, SchemaRegistryCodec, type BatchProducer } from '@millrace/platform-kafka';
import { spawnService, useStack, waitFor, type SpawnedService } from '@millrace/platform-testing';
// eslint-disable-next-line no-restricted-imports -- rights are given by a second client
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes, type AclEntry } from 'kafkajs';

/** On a broker of its own that checks rights: everything is allowed to everybody but what a rule denies. */
const RIGHTS = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'allow.everyone.if.no.acl.found': 'true',
  'super.users': 'User:nobody',
  // A group that a killed process leaves behind is looked for at this interval: 10 minutes in real life.
  'offsets.retention.check.interval.ms': '2000',
};
const SHY = { email: 'shy@x.test', do_not_sync: true };

const stack = useStack();
let broker: Awaited<ReturnType<typeof startBroker>>;
let sync: SpawnedService | undefined;
let destination: Server;
let producer: BatchProducer;
let environment: Record<string, string>;
let schemas: { people: number; signals: number };
const received: string[] = [];
const kafka = () => createKafka({ brokers: [broker.brokers], clientId: 'spec' });
const registry = () => new SchemaRegistryCodec({ url: stack.schemaRegistryUrl });

beforeAll(async () => {
  broker = await startBroker(RIGHTS);
  destination = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const records = JSON.parse(body) as { record_id: string; match_key: string }[];
      received.push(...records.map(({ match_key }) => match_key));
      const results = records.map(({ record_id }) => ({ record_id, status: 'accepted' }));
      response.end(JSON.stringify({ results }));
    });
  }).listen(0, '127.0.0.1');
  await once(destination, 'listening');
  const url = `http://127.0.0.1:${(destination.address() as AddressInfo).port}`;
  const file = join(mkdtempSync(join(tmpdir(), 'millrace-rights-')), 'destinations.json');
  const settings = { url, secret: 'a shared secret of length', allow_private_addresses: true };
  const urgent = { person: { object: 'lead', match: 'email' } };
  writeFileSync(file, JSON.stringify({ destinations: [{ name: 'crm', kind: 'webhook', settings, urgent }] }));
  environment = {
    ...stack.environment,
    KAFKA_BROKERS: broker.brokers,
    SYNC_DESTINATIONS_FILE: file,
    TOPIC_DISCOVERY_SECONDS: '1',
    KAFKA_SESSION_TIMEOUT_SECONDS: '6',
  };
  const addresses = {
    KAFKA_BROKERS: broker.brokers,
    SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    CLICKHOUSE_URL: stack.clickhouseUrl,
    CLICKHOUSE_NATIVE_URL: '',
  };
  await deployContracts({ stack: addresses, env: { ...process.env, ...environment } });
  producer = createBatchProducer({ kafka: kafka(), lingerMs: 0 });
  const people = entityTopics(stack.topicPrefix).people.name;
  const website = signalTopicName('website', stack.topicPrefix);
  schemas = {
    people: await registry().registerSchema(valueSubject(people), PERSON_SCHEMA),
    signals: await registry().registerSchema(valueSubject(website), SIGNAL_SCHEMA),
  };
  await send(
    people,
    'shy',
    schemas.people,
    personType.toBuffer(createPerson({ person_id: 'shy', updated_at: 1, ...SHY })),
  );
});

afterAll(async () => {
  await sync?.stop();
  await producer?.close();
  destination?.close();
  await broker?.stop();
});

const send = async (topic: string, key: string, schema: number, body: Buffer): Promise<void> => {
  await producer.send({ topic, key, value: registry().frame(schema, body) });
};
const demo = async (id: string, email: string): Promise<void> => {
  const now = Date.now();
  const signal = {
    signal_id: id,
    type: 'demo_requested',
    source: 'website',
    occurred_at: now,
    received_at: now,
    email,
  };
  const topic = signalTopicName('website', stack.topicPrefix);
  await send(topic, email, schemas.signals, signalType.toBuffer(createSignal(signal)));
};
const readiness = async (): Promise<string> => (await fetch(`${sync?.url}/health/ready`)).text();
const deny = (values: Pick<AclEntry, 'resourceType' | 'resourceName' | 'resourcePatternType'>): AclEntry => ({
  principal: 'User:ANONYMOUS',
  host: '*',
  operation: AclOperationTypes.READ,
  permissionType: AclPermissionTypes.DENY,
  ...values,
});
const withAdmin = async <T>(work: (admin: ReturnType<ReturnType<typeof kafka>['admin']>) => Promise<T>): Promise<T> => {
  const admin = kafka().admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
};
const groups = (): Promise<string[]> =>
  withAdmin(async (admin) => (await admin.listGroups()).groups.map(({ groupId }) => groupId));

it.each([
  [
    'the group of its copy of people and accounts',
    () =>
      deny({
        resourceType: AclResourceTypes.GROUP,
        resourceName: `${stack.topicPrefix}sync-entities`,
        resourcePatternType: ResourcePatternTypes.PREFIXED,
      }),
    /sync-entities.*(GROUP_AUTHORIZATION|not authorized to access group)/is,
  ],
  [
    'the topic of people',
    () =>
      deny({
        resourceType: AclResourceTypes.TOPIC,
        resourceName: entityTopics(stack.topicPrefix).people.name,
        resourcePatternType: ResourcePatternTypes.LITERAL,
      }),
    /not authorized|TOPIC_AUTHORIZATION/i,
  ],
])('refused %s it says so, sends nothing, and makes up for it once it may', async (what, rule, reason) => {
  const entry = rule();
  // With a rule on it a resource is no longer open to everybody: the rest is allowed by name.
  const allowed = { ...entry, operation: AclOperationTypes.ALL, permissionType: AclPermissionTypes.ALLOW };
  await withAdmin((admin) => admin.createAcls({ acl: [entry, allowed] }));
  received.length = 0;
  sync = await spawnService('sync', environment, { waitsForReady: false });
  await waitFor('the reason', () => readiness().catch(() => ''), {
    deadlineMs: 60_000,
    until: (text) => reason.test(text),
  });
  expect(JSON.parse(await readiness())).toMatchObject({ status: 'failed' });
  await demo(`${what} shy`, SHY.email);
  await demo(`${what} new`, `${what.replaceAll(' ', '-')}@x.test`);
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  expect(received).toEqual([]);

  const { operation, permissionType, ...resource } = entry;
  await withAdmin((admin) => admin.deleteAcls({ filters: [{ ...resource, operation, permissionType }] }));
  await waitFor('the one who may be sent', () => received.length, { deadlineMs: 90_000 });
  await waitFor('readiness', async () => (await fetch(`${sync?.url}/health/ready`)).ok, { deadlineMs: 60_000 });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(received).toEqual([`${what.replaceAll(' ', '-')}@x.test`]);
  await sync.stop();
});

it('leaves no private group behind: a stop deletes them, the broker drops those of a killed process', async () => {
  const privateOnes = async (): Promise<string[]> => (await groups()).filter((name) => /\.[0-9a-f-]{36}$/.test(name));
  await waitFor('no private group', privateOnes, { deadlineMs: 60_000, until: (names) => names.length === 0 });
  // Readers join one after another, some of them after the service is ready.
  const areRunning = { deadlineMs: 60_000, until: (names: readonly string[]) => names.length > 3 };
  sync = await spawnService('sync', environment);
  await waitFor('the private groups of a running service', privateOnes, areRunning);
  expect((await groups()).filter((name) => !name.startsWith(stack.topicPrefix))).toEqual([]);
  await sync.stop();
  expect(await privateOnes()).toEqual([]);

  sync = await spawnService('sync', environment);
  await waitFor('the private groups of a running service', privateOnes, areRunning);
  await sync.kill('SIGKILL');
  expect((await privateOnes()).length).toBeGreaterThan(3);
  await waitFor('the broker to forget them', privateOnes, { deadlineMs: 60_000, until: (names) => names.length === 0 });
  // What has committed something stays: where the service goes on.
  expect(await groups()).toContain(`${stack.topicPrefix}sync-urgent`);
});
