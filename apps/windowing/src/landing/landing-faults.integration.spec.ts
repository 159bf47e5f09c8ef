import { createSignal } from '@millrace/contract-signal';
import { logEnds } from '@millrace/platform-kafka';
import { tcpProxy, useStack, waitFor } from '@millrace/platform-testing';

import { framedSignal, openLandingFixture, type LandingFixture } from '../testing/landing-fixture';

const stack = useStack();
let fixture: LandingFixture;
beforeAll(async () => void (fixture = await openLandingFixture(stack)));
afterAll(() => fixture.close());

let ids = 0;
const signals = (schemaId: number, count: number): { value: Buffer }[] =>
  Array.from({ length: count }, () => ({
    value: framedSignal(
      schemaId,
      createSignal({
        signal_id: `s-${ids++}`,
        type: 'page_viewed',
        source: 'website',
        occurred_at: Date.now(),
        received_at: Date.now(),
        user_id: 'u-1',
      }),
    ),
  }));

const offsetsOf = async (topic: string): Promise<number> => {
  const row = await fixture.clickhouse.queryOne<{ offsets: number }>(
    'select uniqExact(partition, offset) as offsets from signals_raw where topic = {topic: String}',
    { topic },
  );
  return row?.offsets ?? 0;
};

it('waits while the registry is away, and quarantines nothing for it', async () => {
  const topic = await fixture.createTopic('registry-away');
  const id = await fixture.registerSchema(topic);
  await fixture.send(topic, signals(id, 5));
  const proxy = await tcpProxy(stack.schemaRegistryUrl);
  proxy.cut();
  const landing = await fixture.start({ SCHEMA_REGISTRY_URL: proxy.url });
  await waitFor('the waiting', () => fixture.logged.some((line) => line.includes('REGISTRY_UNAVAILABLE')));
  expect(await fixture.position(topic)).toBe(0);
  proxy.restore();
  await waitFor('the rows', () => fixture.position(topic), { until: (position) => position === 5 });
  await landing.stop();
  await proxy.close();
  expect(await offsetsOf(topic)).toBe(5);
  expect(await fixture.count('signals_quarantined', `topic = '${topic}'`)).toBe(0);
});

it('waits while ClickHouse is away, and when its replies are lost, and drops nothing', async () => {
  const topic = await fixture.createTopic('clickhouse-away');
  const id = await fixture.registerSchema(topic);
  const proxy = await tcpProxy(stack.clickhouseUrl);
  const landing = await fixture.start({ CLICKHOUSE_URL: proxy.url, LANDING_INSERT_TIMEOUT_SECONDS: '1' });
  await fixture.send(topic, signals(id, 3));
  await waitFor('the first rows', () => fixture.position(topic), { until: (position) => position === 3 });
  proxy.cut();
  await fixture.send(topic, signals(id, 4));
  await waitFor('the waiting', () => fixture.logged.some((line) => line.includes('CLICKHOUSE_UNAVAILABLE')));
  proxy.restore();
  await waitFor('the rows after the cut', () => fixture.position(topic), { until: (position) => position === 7 });
  proxy.dropReplies();
  await fixture.send(topic, signals(id, 2));
  await waitFor('the rows, unacknowledged', () => offsetsOf(topic), { until: (offsets) => offsets === 9 });
  expect(await fixture.position(topic)).toBe(7);
  proxy.restore();
  await waitFor('the position after the lost replies', () => fixture.position(topic), {
    until: (position) => position === 9,
  });
  await landing.stop();
  await proxy.close();
  expect(await offsetsOf(topic)).toBe(9);
});

it('lands everything while replicas come and go, and never publishes a position above what is stored', async () => {
  const topic = await fixture.createTopic('rebalanced', 4);
  const id = await fixture.registerSchema(topic);
  const total = 4_000;
  let isDone = false;
  const sending = (async () => {
    for (let sent = 0; sent < total; sent += 100) {
      const messages = signals(id, 100).map((message, index) => ({ ...message, partition: index % 4 }));
      await fixture.send(topic, messages);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    isDone = true;
  })();
  const watching = (async () => {
    while (!isDone) {
      // Read in this order: what is stored can only grow in between.
      const positions = await Promise.all([0, 1, 2, 3].map((partition) => fixture.position(topic, partition)));
      const stored = await offsetsOf(topic);
      expect(stored).toBeGreaterThanOrEqual(positions.reduce((sum, position) => sum + position, 0));
    }
  })();
  const first = await fixture.start({ LANDING_FLUSH_ROWS: '50' });
  const second = await fixture.start({ LANDING_FLUSH_ROWS: '70' });
  await first.stop();
  const third = await fixture.start();
  await second.stop();
  await sending;
  await watching;
  // Not `total`: a producer that is not idempotent may have written a retried batch twice.
  const written = [...(await logEnds(fixture.kafka, topic)).values()].reduce((sum, end) => sum + Number(end), 0);
  expect(written).toBeGreaterThanOrEqual(total);
  await waitFor(
    'all positions',
    async () => {
      const positions = await Promise.all([0, 1, 2, 3].map((partition) => fixture.position(topic, partition)));
      return positions.reduce((sum, position) => sum + position, 0);
    },
    { until: (sum) => sum === written },
  );
  await third.stop();
  expect(await offsetsOf(topic)).toBe(written);
});

it('notices a topic that is re-created while it runs', async () => {
  const topic = await fixture.createTopic('recreated-live');
  const id = await fixture.registerSchema(topic);
  await fixture.send(topic, signals(id, 6));
  const landing = await fixture.start();
  await waitFor('the rows', () => fixture.position(topic), { until: (position) => position === 6 });
  const admin = fixture.kafka.admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await waitFor('the deletion', () => admin.listTopics(), { until: (topics) => !topics.includes(topic) });
  await admin.disconnect();
  await fixture.createTopic('recreated-live');
  await fixture.send(topic, signals(id, 8));
  const refusals = await waitFor('the refusal', () => landing.lander.refusals(), { until: (all) => all.length > 0 });
  expect(refusals[0]?.lane.topic).toBe(topic);
  await landing.stop();
  // What was fetched before anybody could know may be stored, but nothing above the position is ever sealed.
  expect(await fixture.position(topic)).toBe(6);
});

it('accounts for an idle partition that expires while it runs', async () => {
  const topic = await fixture.createTopic('expires-idle');
  const id = await fixture.registerSchema(topic);
  await fixture.send(topic, signals(id, 2));
  const landing = await fixture.start();
  await waitFor('the rows', () => fixture.position(topic), { until: (position) => position === 2 });
  landing.consumer.pause([{ topic, partition: 0 }]);
  await fixture.send(topic, signals(id, 3));
  const admin = fixture.kafka.admin();
  await admin.connect();
  await admin.fetchTopicMetadata({ topics: [topic] });
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '5' }] });
  await admin.disconnect();
  await waitFor('the position', () => fixture.position(topic), { until: (position) => position === 5 });
  landing.consumer.resume([{ topic, partition: 0 }]);
  await fixture.send(topic, signals(id, 1));
  await waitFor('the next row', () => fixture.position(topic), { until: (position) => position === 6 });
  await landing.stop();
  expect(
    await fixture.clickhouse.query(
      'select first_offset, last_offset, reason from signals_skipped where topic = {topic: String}',
      { topic },
    ),
  ).toEqual([{ first_offset: 2, last_offset: 4, reason: 'lost' }]);
});
