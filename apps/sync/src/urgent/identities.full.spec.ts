import { entityTopics } from '@millrace/contract-signal';
import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { createBatchProducer } from '@millrace/platform-kafka';
import { spawnService, useStack, waitFor, type SpawnedService } from '@millrace/platform-testing';

import { deploy } from '../commands/deploy';
import { createDestinationServer, type DestinationServer } from '../testing/destination-server';
import { configOf, environmentOf, webhookEntry } from '../testing/run-sync';
import { createScoresTopic, createScoreTables } from '../testing/score-fixture';
import { SignalProducer } from '../testing/signals';

const stack = useStack();
let clickhouse: ClickHouse;
let crm: DestinationServer;
let byId: DestinationServer;
let isLocked = false;
let signals: SignalProducer;
let environment: Record<string, string>;
let sync: SpawnedService | undefined;

const keysAt = (server: DestinationServer): string[] => server.order.map(({ match_key }) => match_key);
const decisionOf = async (signalId: string): Promise<{ state: string; not_sent: Record<string, string> }> => {
  const sql = 'select state, not_sent from delivery_urgent final where signal_id = {id: String}';
  type Row = { state: string; not_sent: Record<string, string> };
  const find = (): Promise<Row[]> => clickhouse.query<Row>(sql, { id: signalId });
  const [row] = await waitFor(`the decision on ${signalId}`, find, {
    deadlineMs: 30_000,
    until: (rows) => rows.length > 0,
  });
  return row as Row;
};
const restart = async (): Promise<void> => {
  await sync?.kill('SIGKILL');
  sync = await spawnService('sync', environment);
};

beforeAll(async () => {
  crm = await createDestinationServer(() => (isLocked ? { do: 'answer', status: 401 } : null));
  byId = await createDestinationServer();
  environment = environmentOf(
    stack,
    [
      webhookEntry('crm', crm.url, { concurrency: 4 }),
      webhookEntry('warehouse', byId.url, { concurrency: 4 }, { urgent: { person: { object: 'lead', match: 'id' } } }),
    ],
    { LOG_LEVEL: 'info' },
  );
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  signals = new SignalProducer(stack);
  await signals.createTopics(['website', 'product']);
  await createScoreTables(clickhouse);
  await createScoresTopic(stack.kafka, stack.topicPrefix);
  await deploy(configOf(environment));
  sync = await spawnService('sync', environment);
});

afterAll(async () => {
  await sync?.stop();
  await Promise.all([crm.close(), byId.close(), signals.close(), clickhouse.close()]);
});

it('identify, then a demo request that names only the user, is handed on at once', async () => {
  await signals.signal('i1', 'identified', { user_id: 'u1', email: 'U1@x.test' });
  await signals.signal('d1', 'demo_requested', { user_id: 'u1' });
  await waitFor('the request', () => keysAt(crm).includes('u1@x.test'));
  expect(await decisionOf('d1')).toEqual({ state: 'sent', not_sent: {} });
  const accepted = new Map<string, number>();
  for (let index = 0; index < 40; index++) {
    const user_id = `fast-${index}`;
    await signals.signal(`i-${user_id}`, 'identified', { user_id, email: `${user_id}@x.test` });
    accepted.set(`${user_id}@x.test`, await signals.signal(`d-${user_id}`, 'demo_requested', { user_id }));
  }
  const received = await waitFor('all', () => crm.order.filter(({ match_key }) => accepted.has(match_key)), {
    until: (all) => all.length === 40,
  });
  const latencies = received
    .map((one) => (crm.appliedAt.get(one.idempotency_key) ?? 0) - (accepted.get(one.match_key) ?? 0))
    .sort((a, b) => a - b);
  // The figure is the benchmark's to judge: here the machine is shared with other specs.
  process.stdout.write(`identified, then urgent, latency ms: p50 ${latencies[19]} longest ${latencies[39]}\n`);
});

it('the process is killed between the two, right away or later, in one topic or two', async () => {
  await signals.signal('i2', 'identified', { user_id: 'u2', email: 'u2@x.test' });
  await restart();
  await signals.signal('d2', 'demo_requested', { user_id: 'u2', source: 'product' });
  await waitFor('the request', () => keysAt(crm).includes('u2@x.test'), { deadlineMs: 20_000 });

  await signals.signal('i3', 'identified', { user_id: 'u3', email: 'u3@x.test' });
  await waitFor('the pair to be stored', () =>
    clickhouse
      .queryOne(`select 1 from delivery_known_emails where user_id = 'u3' limit 1`)
      .then((row) => row !== undefined),
  );
  await sync?.kill('SIGKILL');
  await signals.signal('d3', 'demo_requested', { user_id: 'u3' });
  sync = await spawnService('sync', environment);
  await waitFor('the request', () => keysAt(crm).includes('u3@x.test'), { deadlineMs: 20_000 });
});

it('an identify behind the request, and nobody else is held up meanwhile', async () => {
  await signals.signal('d4', 'demo_requested', { user_id: 'u4' });
  await waitFor('the one that needs no e-mail', () => keysAt(byId).includes('u4'));
  const started = Date.now();
  await signals.signal('d5', 'demo_requested', { user_id: 'u5', email: 'u5@x.test' });
  await waitFor('another person', () => keysAt(crm).includes('u5@x.test'));
  expect(Date.now() - started).toBeLessThan(1_500);
  expect(keysAt(crm)).not.toContain('u4');
  await signals.signal('i4', 'identified', { user_id: 'u4', email: 'u4@x.test' });
  await waitFor('the first', () => keysAt(crm).includes('u4@x.test'));
});

it('an e-mail that nobody knows takes no cool-down', async () => {
  await signals.signal('d6', 'demo_requested', { user_id: 'u6' });
  expect(await decisionOf('d6')).toEqual({ state: 'sent', not_sent: { crm: 'no_match_key' } });
  await signals.signal('d7', 'demo_requested', { user_id: 'u6', email: 'u6@x.test' });
  await waitFor('the next request', () => keysAt(crm).includes('u6@x.test'));
  expect(await decisionOf('d7')).toEqual({ state: 'sent', not_sent: { warehouse: 'cooled_down' } });
});

it('a flag said while a record waits for its destination counts', async () => {
  isLocked = true;
  await signals.signal('d8', 'demo_requested', { email: 'late@x.test' });
  expect((await decisionOf('d8')).state).toBe('sent');
  await waitFor('a refusal', () => crm.requests.some(({ body }) => body.includes('late@x.test')));
  await signals.person({ person_id: 'late', email: 'Late@x.test', do_not_sync: true });
  await signals.person({ person_id: 'marker', email: 'marker@x.test', do_not_sync: true });
  // A flag is known some milliseconds after it was said: the marker's was said later.
  await waitFor('the flags to be read', async () => {
    const id = `m-${Date.now()}`;
    await signals.signal(id, 'demo_requested', { email: 'marker@x.test' });
    return (await decisionOf(id)).state === 'do_not_sync';
  });
  isLocked = false;
  const sql = `select outcome, detail from deliveries final where match_key = 'late@x.test' and destination = 'crm' and is_final`;
  const [row] = await waitFor('the outcome', () => clickhouse.query<{ outcome: string; detail: string }>(sql), {
    deadlineMs: 30_000,
    until: (rows) => rows.length > 0,
  });
  expect(row).toEqual({ outcome: 'superseded', detail: expect.stringContaining('do_not_sync') as string });
  expect(keysAt(crm)).not.toContain('late@x.test');
});

it('a record of people that cannot be read forbids, until a readable one comes', async () => {
  const producer = createBatchProducer({ kafka: stack.kafka, lingerMs: 0 });
  await producer.send({
    topic: entityTopics(stack.topicPrefix).people.name,
    key: 'torn@x.test',
    value: Buffer.from('not a record'),
  });
  await producer.close();
  await waitFor('it to be read', async () => {
    await signals.signal(`t-${Date.now()}`, 'trial_started', { user_id: 'torn@x.test' });
    const sql = `select 1 from delivery_urgent where state = 'flags_unknown' limit 1`;
    return (await clickhouse.queryOne(sql)) !== undefined;
  });
  await signals.person({ person_id: 'torn@x.test', email: 'torn@x.test' });
  await waitFor('it to be sent', async () => {
    await signals.signal(`t-${Date.now()}`, 'demo_requested', { email: 'Torn@x.test' });
    return keysAt(crm).includes('torn@x.test');
  });
});
