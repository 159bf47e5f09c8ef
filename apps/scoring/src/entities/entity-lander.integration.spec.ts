import {
  ACCOUNT_SCHEMA,
  accountType,
  createAccount,
  createPerson,
  entityTopics,
  PERSON_SCHEMA,
  personType,
  valueSubject,
  type Account,
  type Person,
} from '@millrace/contract-signal';
import { frame, silentLog } from '@millrace/platform-kafka';
import { useStack, waitFor } from '@millrace/platform-testing';

import { readScoringConfig } from '../app.config';
import { deploy } from '../commands/deploy';
import { closeConnections, createConnections, type Connections } from '../connections/connections';
import { createEntityLander } from './entity-lander';

const stack = useStack();
let connections: Connections;

beforeAll(async () => {
  const config = readScoringConfig({ ...stack.environment, SCORING_PORT: '0' });
  await deploy(config);
  connections = createConnections(config, silentLog);
});
afterAll(() => closeConnections(connections));

const NOW = Date.UTC(2026, 10, 24);
const person = (person_id: string, change: Partial<Person> = {}): Person =>
  createPerson({ person_id, updated_at: NOW, ...change });
const account = (account_id: string, change: Partial<Account> = {}): Account =>
  createAccount({ account_id, updated_at: NOW, ...change });

it.each([
  ['people', PERSON_SCHEMA, personType, person, 'person_facts'],
  ['accounts', ACCOUNT_SCHEMA, accountType, account, 'account_facts'],
] as const)('lands %s around records that cannot be rows', async (kind, schema, type, entity, table) => {
  const { clickhouse, kafka, registry, config } = connections;
  const topic = entityTopics(config.TOPIC_PREFIX)[kind].name;
  const id = await registry.registerSchema(valueSubject(topic), schema, { compatibility: 'NONE' });
  const values: [string, Buffer | null][] = [
    ...[
      entity('a-before'),
      entity('b-microseconds', { updated_at: NOW * 1000 }),
      entity('c-between'),
      entity('d-before-christ', { created_at: -(2 ** 50) }),
      entity('e-after'),
    ].map((value): [string, Buffer] => ['key', frame(id, type.toBuffer(value))]),
    ['f-deleted', null],
    ['g-garbage', Buffer.from('garbage')],
  ];
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages: values.map(([key, value]) => ({ key, value, partition: 0 })) });
  await producer.disconnect();
  const lander = createEntityLander(connections);
  await lander.start();
  const landed = async (): Promise<unknown[]> =>
    (await clickhouse.query(`select external_id as id from ${table} final order by id`)).map((row) => row['id']);
  await waitFor('the entities', landed, { until: (ids) => ids.includes('f-deleted') });
  await lander.stop();
  expect(await landed()).toEqual(['a-before', 'c-between', 'e-after', 'f-deleted']);
  const waiting = await clickhouse.query<{ offset: number; reason: string }>(
    'select offset, reason from rows_set_aside final where table_name = {table: String} order by offset',
    { table },
  );
  expect(waiting.map(({ offset }) => offset)).toEqual([1, 3]);
  expect(waiting[0]?.reason).toContain('updated_at');
});

it('lands what each instance says under its own id, and a tombstone under every id that its key may name', async () => {
  const { clickhouse, kafka, registry, config } = connections;
  const topic = entityTopics(config.TOPIC_PREFIX).people.name;
  const id = await registry.registerSchema(valueSubject(topic), PERSON_SCHEMA, { compatibility: 'NONE' });
  const said = (value: Person): Buffer => frame(id, personType.toBuffer(value));
  const values: [string, Buffer | null][] = [
    ['u1', said(person('u1'))],
    ['hubspot/u1', said(person('u1', { instance: 'hubspot', own_id: 'u9' }))],
    ['old/1', said(person('old/1'))],
    ['old/1', null],
    ['zoho/last', said(person('last'))],
  ];
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages: values.map(([key, value]) => ({ key, value, partition: 1 })) });
  await producer.disconnect();
  const lander = createEntityLander(connections);
  await lander.start();
  const landed = (): Promise<Record<string, unknown>[]> =>
    clickhouse.query(
      `select instance, external_id, own_id, is_erased, toInt32(offset) as offset
      from person_facts final
      where partition = 1
      order by offset, instance`,
    );
  const rows = await waitFor('the entities', landed, { until: (all) => all.at(-1)?.['external_id'] === 'last' });
  await lander.stop();
  const row = (instance: string, external_id: string, own_id: string | null, offset: number, is_erased = false) => ({
    instance,
    external_id,
    own_id,
    is_erased,
    offset,
  });
  expect(rows).toEqual([
    row('direct', 'u1', 'u1', 0),
    row('hubspot', 'u1', 'u9', 1),
    row('direct', 'old/1', 'old/1', 2),
    row('direct', 'old/1', 'old/1', 3, true),
    row('old', '1', null, 3, true),
    row('zoho', 'last', null, 4),
  ]);
});
