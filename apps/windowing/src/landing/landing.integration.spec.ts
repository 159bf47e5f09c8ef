import { createSignal, REJECTED_HEADERS, SIGNAL_SCHEMA, type Signal } from '@millrace/contract-signal';
import { useStack, waitFor } from '@millrace/platform-testing';
// eslint-disable-next-line no-restricted-imports -- a second client writes every codec
import { CompressionTypes } from 'kafkajs';

import { framedSignal, openLandingFixture, type LandingFixture } from '../testing/landing-fixture';

const stack = useStack();
let fixture: LandingFixture;
beforeAll(async () => void (fixture = await openLandingFixture(stack)));
afterAll(() => fixture.close());

const DAY_MS = 86_400_000;
let ids = 0;
const signalWith = (change: Partial<Signal> = {}): Signal =>
  createSignal({
    signal_id: `s-${ids++}`,
    type: 'page_viewed',
    source: 'website',
    occurred_at: Date.now(),
    received_at: Date.now(),
    user_id: 'u-1',
    ...change,
  });

describe.each(['fast', 'reference'] as const)('landing on the %s path', (path) => {
  it('lands every record in exactly one place and publishes the position', async () => {
    const topic = await fixture.createTopic(`all-${path}`);
    const id = await fixture.registerSchema(topic);
    const body = framedSignal(id, signalWith());
    const good = [
      signalWith({ value: 12.5, properties: { plan: 'pro', page: '/ü' }, country: 'DE' }),
      signalWith({ user_id: null, email: 'a@b.example' }),
    ];
    const wrong: readonly [string, Buffer | null, Record<string, string>?][] = [
      ['tombstone', null],
      ['zero_length', Buffer.alloc(0)],
      ['truncated_frame', Buffer.from([0, 0, 1])],
      ['wrong_magic', Buffer.from('{"json": true}')],
      ['unknown_schema', Buffer.concat([Buffer.from([0, 0x3f, 0, 0, 1]), body.subarray(5)])],
      ['invalid_avro', body.subarray(0, body.length - 1)],
      ['empty_signal_id', framedSignal(id, signalWith({ signal_id: '' }))],
      ['no_identity', framedSignal(id, signalWith({ user_id: null }))],
      ['future_event', framedSignal(id, signalWith({ occurred_at: Date.now() + 2 * 3_600_000 }))],
      ['too_old', framedSignal(id, signalWith({ occurred_at: Date.now() - 401 * DAY_MS }))],
      ['event_too_large', Buffer.from('{}'), { [REJECTED_HEADERS.reason]: 'event_too_large' }],
    ];
    await fixture.send(topic, [
      ...good.map((signal) => ({ value: framedSignal(id, signal) })),
      ...wrong.map(([, value, headers]) => ({ value, ...(headers === undefined ? {} : { headers }) })),
    ]);

    const landing = await fixture.start({ LANDING_PATH: path });
    const end = good.length + wrong.length;
    await waitFor('the position', () => fixture.position(topic), { until: (position) => position === end });
    await landing.stop();

    const rows = await fixture.clickhouse.query(
      `select signal_id, value, properties, country, email, toUnixTimestamp64Milli(occurred_at) as occurred_at,
         toUnixTimestamp(window_start) as window_start, offset, partition, schema_id
       from signals_raw where topic = {topic: String} order by offset`,
      { topic },
    );
    expect(rows).toEqual(
      good.map((signal, offset) => ({
        signal_id: signal.signal_id,
        value: signal.value,
        properties: signal.properties,
        country: signal.country,
        email: signal.email,
        occurred_at: signal.occurred_at,
        window_start: Math.floor(signal.occurred_at / 3_600_000) * 3_600,
        offset,
        partition: 0,
        schema_id: id,
      })),
    );
    const quarantined = await fixture.clickhouse.query<{ reason: string; bytes: string }>(
      'select reason, hex(bytes) as bytes from signals_quarantined where topic = {topic: String} order by offset',
      { topic },
    );
    expect(quarantined).toEqual(
      wrong.map(([reason, value]) => ({ reason, bytes: (value ?? Buffer.alloc(0)).toString('hex').toUpperCase() })),
    );
  });

  it('lands what transactions committed and records what they left behind', async () => {
    const topic = await fixture.createTopic(`tx-${path}`);
    const id = await fixture.registerSchema(topic);
    const producer = fixture.kafka.producer({ transactionalId: `${stack.topicPrefix}tx-${path}`, idempotent: true });
    await producer.connect();
    const run = async (count: number, isCommitted: boolean): Promise<void> => {
      const transaction = await producer.transaction();
      const messages = Array.from({ length: count }, () => ({ value: framedSignal(id, signalWith()) }));
      await transaction.send({ topic, messages, acks: -1 });
      await (isCommitted ? transaction.commit() : transaction.abort());
    };
    await run(3, true);
    await run(2, false);
    await run(1, true);
    await run(4, false);
    await producer.disconnect();

    const landing = await fixture.start({ LANDING_PATH: path });
    // 3 + marker, 2 + marker, 1 + marker, 4 + marker.
    await waitFor('the position', () => fixture.position(topic), { until: (position) => position === 14 });
    await landing.stop();
    expect(await fixture.count('signals_raw', `topic = '${topic}'`)).toBe(4);
    const skipped = await fixture.clickhouse.queryOne<{ offsets: number }>(
      `select toUInt32(sum(last_offset - first_offset + 1)) as offsets from
         (select distinct first_offset, last_offset from signals_skipped where topic = {topic: String})`,
      { topic },
    );
    expect(skipped).toEqual({ offsets: 10 });
  });
});

it('lands batches of every codec, with several writer schemas among them', async () => {
  const topic = await fixture.createTopic('codecs', 2);
  const first = await fixture.registerSchema(topic);
  const schema = SIGNAL_SCHEMA as unknown as { fields: unknown[] };
  const evolved = { ...schema, fields: [{ name: 'tenant', type: 'string', default: '' }, ...schema.fields] };
  const second = await fixture.registerSchema(topic, evolved as never);
  expect(second).not.toBe(first);
  const codecs = [
    CompressionTypes.None,
    CompressionTypes.GZIP,
    CompressionTypes.Snappy,
    CompressionTypes.LZ4,
    CompressionTypes.ZSTD,
  ];
  const producer = fixture.kafka.producer();
  await producer.connect();
  for (const compression of codecs) {
    const messages = Array.from({ length: 40 }, (_, index) => {
      const body = framedSignal(first, signalWith());
      const withTenant = Buffer.concat([frameHead(second), Buffer.from([6]), Buffer.from('abc'), body.subarray(5)]);
      return { partition: index % 2, value: index % 3 === 0 ? withTenant : body };
    });
    await producer.send({ topic, messages, compression });
  }
  await producer.disconnect();
  const landing = await fixture.start();
  await waitFor('partition 0', () => fixture.position(topic, 0), { until: (position) => position === 100 });
  await waitFor('partition 1', () => fixture.position(topic, 1), { until: (position) => position === 100 });
  await landing.stop();
  expect(await fixture.count('signals_quarantined', `topic = '${topic}'`)).toBe(0);
  expect(await fixture.count('signals_raw', `topic = '${topic}' and schema_id = ${second}`)).toBe(70);
});

function frameHead(schemaId: number): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(schemaId, 1);
  return head;
}

it('reads topics that are created while it runs, and goes on where it stopped', async () => {
  const landing = await fixture.start();
  const topic = await fixture.createTopic('created-later');
  const id = await fixture.registerSchema(topic);
  await fixture.send(topic, [{ value: framedSignal(id, signalWith()) }]);
  await waitFor('the first row', () => fixture.count('signals_raw', `topic = '${topic}'`), { until: (n) => n === 1 });
  await landing.stop();
  await fixture.send(topic, [{ value: framedSignal(id, signalWith()) }]);
  const again = await fixture.start();
  await waitFor('the second row', () => fixture.position(topic), { until: (position) => position === 2 });
  await again.stop();
  expect(await fixture.count('signals_raw', `topic = '${topic}'`)).toBe(2);
});

it('records as lost what retention removed before it was read', async () => {
  const topic = await fixture.createTopic('expiring');
  const id = await fixture.registerSchema(topic);
  const send = (count: number): Promise<void> =>
    fixture.send(
      topic,
      Array.from({ length: count }, () => ({ value: framedSignal(id, signalWith()) })),
    );
  await send(2);
  const landing = await fixture.start();
  await waitFor('the first rows', () => fixture.position(topic), { until: (position) => position === 2 });
  await landing.stop();
  await send(5);
  const admin = fixture.kafka.admin();
  await admin.connect();
  await admin.fetchTopicMetadata({ topics: [topic] });
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '5' }] });
  await admin.disconnect();
  const again = await fixture.start();
  await waitFor('the last rows', () => fixture.position(topic), { until: (position) => position === 7 });
  await again.stop();
  expect(
    await fixture.clickhouse.query(
      'select first_offset, last_offset, reason from signals_skipped where topic = {topic: String}',
      { topic },
    ),
  ).toEqual([{ first_offset: 2, last_offset: 4, reason: 'lost' }]);
  expect(fixture.logged).toContain('records were lost: retention was faster than landing');
});

it('refuses a re-created topic until its epoch is raised', async () => {
  const topic = await fixture.createTopic('recreated');
  const id = await fixture.registerSchema(topic);
  const send = (count: number): Promise<void> =>
    fixture.send(
      topic,
      Array.from({ length: count }, () => ({ value: framedSignal(id, signalWith()) })),
    );
  await send(3);
  const landing = await fixture.start();
  await waitFor('the first rows', () => fixture.position(topic), { until: (position) => position === 3 });
  await landing.stop();

  const admin = fixture.kafka.admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await waitFor('the deletion', () => admin.listTopics(), { until: (topics) => !topics.includes(topic) });
  await admin.disconnect();
  await fixture.createTopic('recreated');
  await send(5);

  const refusing = await fixture.start();
  const refusals = await waitFor('the refusal', () => refusing.lander.refusals(), { until: (all) => all.length > 0 });
  expect(refusals[0]).toMatchObject({ lane: { topic }, why: expect.stringContaining('re-created') as string });
  await refusing.stop();
  expect(await fixture.count('signals_raw', `topic = '${topic}'`)).toBe(3);

  const raised = await fixture.start({ TOPIC_EPOCHS: `${topic}=1` });
  await waitFor('the new epoch', () => fixture.count('signals_raw', `topic = '${topic}' and topic_epoch = 1`), {
    until: (rows) => rows === 5,
  });
  expect(raised.lander.refusals()).toEqual([]);
});

it('the rest of a backlog is landed when the log is read to its end, however long a row may wait', async () => {
  const topic = await fixture.createTopic('rest');
  const id = await fixture.registerSchema(topic);
  const values = Array.from({ length: 130 }, () => ({ value: framedSignal(id, signalWith()) }));
  await fixture.send(topic, values);

  const landing = await fixture.start({ LANDING_FLUSH_MS: '600000', LANDING_FLUSH_ROWS: '1000' });
  await waitFor('the position', () => fixture.position(topic), { until: (position) => position === values.length });
  await landing.stop();

  expect(await fixture.count('signals_raw', `topic = '${topic}'`)).toBe(values.length);
});
