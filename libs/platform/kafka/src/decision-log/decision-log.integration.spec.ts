import { stackAddresses, tcpProxy, useStack, waitFor, type TcpProxy } from '@millrace/platform-testing';
import type { Kafka } from 'kafkajs';
import { specKafka, through } from '../testing/client';
import { ensureTopics } from '../topics/ensure-topics';
import { createDecisionLog, type DecisionLog, type DecisionLogDeps } from './decision-log';
import { decisionTopic } from './decision-topic';
import { valueOf, type AnyEntry } from './entry';

interface Plan {
  readonly by: string;
}

describe('the decision log on a real broker', () => {
  const stack = useStack();
  const kafka = specKafka();
  const opened: DecisionLog<Plan>[] = [];
  const proxies: TcpProxy[] = [];
  let topics = 0;

  afterEach(async () => {
    for (const proxy of proxies) proxy.restore();
    await Promise.all(opened.splice(0).map((log) => log.stop()));
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  });

  const newTopic = async (): Promise<string> => {
    const name = `${stack.topicPrefix}decisions.${topics++}`;
    await ensureTopics(kafka, [decisionTopic(name, { replicationFactor: 1 })]);
    return name;
  };
  const open = async (
    topic: string,
    client: Kafka = kafka,
    options: Partial<DecisionLogDeps<Plan>> = {},
  ): Promise<DecisionLog<Plan>> => {
    const log = createDecisionLog<Plan>({
      kafka: client,
      topic,
      read: (content) => content as unknown as Plan,
      ...options,
    });
    opened.push(log);
    await log.start();
    return log;
  };
  const faulty = async (): Promise<{ proxy: TcpProxy; client: Kafka }> => {
    const proxy = await tcpProxy(stackAddresses().kafkaBrokers[0] as string);
    proxies.push(proxy);
    return { proxy, client: specKafka({ socketFactory: through(proxy), requestTimeoutMs: 1_000 }) };
  };
  const appendRaw = async (topic: string, messages: { key: string | null; value: string | null }[]): Promise<void> => {
    const producer = kafka.producer({ createPartitioner: () => () => 0 });
    await producer.connect();
    await producer.send({ topic, messages });
    await producer.disconnect();
  };
  const outcome = (log: DecisionLog<Plan>): string[] =>
    log.entries().map((entry) => `${entry.key}@${entry.offset}=${entry.value.by}`);

  it('lets two replicas race on 200 keys and agree on every winner', async () => {
    const topic = await newTopic();
    const [a, b] = await Promise.all([open(topic), open(topic)]);
    const keys = Array.from({ length: 200 }, (_, i) => `key-${i}`);
    const decisions = await Promise.all(
      keys.map(async (key) => Promise.all([a.propose(key, { by: 'a' }), b.propose(key, { by: 'b' })])),
    );
    for (const [mine, theirs] of decisions) {
      expect([mine.won, theirs.won].filter(Boolean)).toHaveLength(1);
      expect(mine.winner).toEqual(theirs.winner);
      expect(mine.winner.value?.by).toBe(mine.won ? 'a' : 'b');
    }
    await Promise.all([a.refresh(), b.refresh()]);
    expect(outcome(a)).toEqual(outcome(b));
    expect(a.entries()).toHaveLength(200);
  });

  it('tells a proposer that wakes up late that it has lost', async () => {
    const topic = await newTopic();
    const { proxy, client } = await faulty();
    // A loaded machine needs more than the usual 15 s for round trips of 400 ms.
    const late = await open(topic, client, { timeoutMs: 50_000 });
    const quick = await open(topic);
    await late.propose('01:00', { by: 'late' });
    proxy.delay(400);
    const proposal = late.propose('02:00', { by: 'late' });
    expect(late.winner('02:00')).toBeUndefined();
    const won = await quick.propose('02:00', { by: 'quick' });
    expect(won.won).toBe(true);
    expect(await proposal).toEqual({ won: false, winner: won.winner });
  });

  it('reproduces the same winners after a restart, from the log or from a mirror', async () => {
    const topic = await newTopic();
    const [a, b] = await Promise.all([open(topic), open(topic)]);
    for (let i = 0; i < 20; i++) {
      await Promise.all([a.propose(`k${i}`, { by: 'a' }), b.propose(`k${i}`, { by: 'b' })]);
    }
    const again = await open(topic);
    expect(again.entries()).toEqual(a.entries());
    const seventh = a.entries()[7]?.offset ?? 0n;
    const mirrored = a.entries().filter((entry) => entry.offset < seventh);
    const fromMirror = await open(topic, kafka, { startFrom: { offset: seventh, entries: mirrored } });
    expect(fromMirror.entries()).toEqual(a.entries());
    expect(fromMirror.head()).toEqual(a.head());
  });

  it('counts a proposal once when the producer had to send it again', async () => {
    const topic = await newTopic();
    const { proxy, client } = await faulty();
    const [log, other] = [await open(topic, client), await open(topic)];
    await log.propose('before', { by: 'sure' });
    proxy.dropReplies();
    const proposal = log.propose('k', { by: 'unsure' });
    await waitFor('the first append', async () => (await other.refresh(), other.winner('k')));
    proxy.restore();
    expect(await proposal).toMatchObject({ won: true, winner: { offset: 1n } });
    await other.refresh();
    // The record is there twice or more; it has won once.
    expect(other.position()).toBeGreaterThan(2n);
    expect(other.counts()).toMatchObject({ winners: 2, lost: Number(other.position()) - 2 });
  });

  it('answers a repeated proposal with the same id as won, another as lost, and appends neither', async () => {
    const topic = await newTopic();
    const log = await open(topic);
    expect((await log.propose('k', { by: 'x' }, { proposalId: 'p1' })).won).toBe(true);
    expect((await log.propose('k', { by: 'x' }, { proposalId: 'p1' })).won).toBe(true);
    expect((await log.propose('k', { by: 'y' }, { proposalId: 'p2' })).won).toBe(false);
    expect(log.position()).toBe(1n);
  });

  it('delivers winning entries once and in order, also those of others', async () => {
    const topic = await newTopic();
    const [a, b] = await Promise.all([open(topic), open(topic)]);
    const heard: string[] = [];
    a.onEntry((entry) => heard.push(`${entry.key}@${entry.offset}=${entry.value?.by}`));
    for (let i = 0; i < 10; i++) await Promise.all([b.propose(`k${i}`, { by: 'b' }), a.propose(`k${i}`, { by: 'a' })]);
    await a.refresh();
    expect(heard).toEqual(outcome(a));
  });

  it('ignores what is no decision, counts it, and lets the first JSON object with the key win', async () => {
    const topic = await newTopic();
    const unparsable: bigint[] = [];
    const log = await open(topic, kafka, { onUnparsable: (record) => unparsable.push(record.offset) });
    await appendRaw(topic, [
      { key: 'k', value: 'not json' },
      { key: null, value: '{"by":"nobody"}' },
      { key: 'k', value: null },
      { key: 'k', value: '["an array"]' },
      { key: 'k', value: '{"by":"first readable"}' },
    ]);
    expect(await log.propose('k', { by: 'too late' })).toMatchObject({
      won: false,
      winner: { offset: 4n, value: { by: 'first readable' } },
    });
    expect(unparsable).toEqual([0n, 1n, 2n, 3n]);
    expect(log.counts().unparsable).toBe(4);
  });

  it('decides by the key before it reads: whoever reads less sees the same winners', async () => {
    const topic = await newTopic();
    await appendRaw(topic, [
      { key: 'a', value: '{"by":"x"}' },
      { key: 'b', value: '{"kind":"of another version"}' },
      { key: 'b', value: '{"by":"too late"}' },
      { key: 'c', value: '{"by":"y"}' },
    ]);
    const readBy = ({ by }: { readonly by?: unknown }): Plan | undefined =>
      by === undefined ? undefined : { by: String(by) };
    const log = await open(topic, kafka, { read: readBy });
    expect(log.winner('b')).toMatchObject({ offset: 1n, value: undefined });
    expect(outcome(log)).toEqual(['a@0=x', 'c@3=y']);
    expect(log.head()).toMatchObject({ key: 'c' });
    expect(() => valueOf(log.winner('b') as AnyEntry<Plan>)).toThrow('does not know what b at offset 1 is');
    const { won, winner } = await log.propose('b', { by: 'z' });
    expect([won, winner.offset, winner.value]).toEqual([false, 1n, undefined]);
    expect(log.counts()).toMatchObject({ winners: 3, lost: 1, unparsable: 0 });
  });

  it('says so when content that it needs cannot be read, and still knows who has won', async () => {
    const topic = await newTopic();
    await appendRaw(topic, [
      { key: 'a', value: '{"by":"x"}' },
      { key: 'b', value: '{"by":5}' },
    ]);
    const heard: string[] = [];
    const readStrictly = ({ by }: { readonly by?: unknown }): Plan => {
      if (typeof by === 'string') return { by };
      throw new TypeError('by is not text');
    };
    const log = await open(topic, kafka, { read: readStrictly });
    log.onEntry(({ key, value }) => heard.push(`${key}=${value?.by ?? 'unread'}`));
    const unread = { code: 'CONTRACT_VIOLATED', details: { topic, offset: '1', key: 'b' } };
    for (const look of [log.assertReadable, log.entries, log.head, () => valueOf(log.winner('b') as AnyEntry<Plan>)]) {
      expect(() => look()).toThrow(expect.objectContaining(unread) as Error);
    }
    expect(log.winner('a')?.value).toEqual({ by: 'x' });
    expect(await log.propose('b', { by: 'z' })).toMatchObject({ won: false, winner: { offset: 1n, problem: unread } });
    await appendRaw(topic, [{ key: 'c', value: '{"by":7}' }]);
    await log.refresh();
    expect(heard).toEqual(['c=unread']);
  });

  it('does not wait for markers at the end of the log', async () => {
    const topic = await newTopic();
    const log = await open(topic);
    const producer = kafka.producer({ transactionalId: `${topic}-tx`, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const kept = await producer.transaction();
    await kept.send({ topic, messages: [{ key: 'a', value: '{"by":"tx"}' }] });
    await kept.commit();
    const dropped = await producer.transaction();
    await dropped.send({ topic, messages: [{ key: 'b', value: '{"by":"aborted"}' }] });
    await dropped.abort();
    await producer.disconnect();
    // The broker answers an abort before its marker is in the log.
    const position = async (): Promise<bigint> => {
      await log.refresh();
      return log.position();
    };
    await waitFor('the last marker', position, { until: (at) => at === 4n });
    expect(outcome(log)).toEqual(['a@0=tx']);
    expect((await open(topic)).position()).toBe(4n);
  });

  it('survives lost connections and goes on where it was', async () => {
    const topic = await newTopic();
    const { proxy, client } = await faulty();
    const log = await open(topic, client);
    await log.propose('before', { by: 'x' });
    proxy.cut();
    await expect(log.waitFor(5n, Date.now() + 200)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    const other = await open(topic);
    await other.propose('meanwhile', { by: 'y' });
    proxy.restore();
    expect(await log.propose('meanwhile', { by: 'x' })).toMatchObject({ won: false, winner: { value: { by: 'y' } } });
    expect((await log.propose('after', { by: 'x' })).won).toBe(true);
    expect(outcome(log)).toEqual(outcome(log).filter((_, i, all) => all.indexOf(all[i] as string) === i));
  });

  it.each([
    ['more than one partition', { partitions: 2, config: {} }],
    ['records that expire', { partitions: 1, config: { 'retention.ms': '3600000' } }],
    ['records that are compacted away', { partitions: 1, config: { 'cleanup.policy': 'compact' } }],
  ])('refuses a topic with %s', async (_what, { partitions, config }) => {
    const spec = decisionTopic(`${stack.topicPrefix}decisions.${topics++}`, { replicationFactor: 1 });
    await ensureTopics(kafka, [{ ...spec, partitions, config: { ...spec.config, ...config } }]);
    await expect(open(spec.name)).rejects.toMatchObject({ code: 'TOPIC_MISCONFIGURED' });
  });

  it('refuses a topic that does not exist', async () => {
    await expect(open(`${stack.topicPrefix}nowhere`)).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
  });

  it('refuses a mirror that is ahead of the log', async () => {
    const topic = await newTopic();
    const ahead = open(topic, kafka, { startFrom: { offset: 9n, entries: [] } });
    await expect(ahead).rejects.toMatchObject({ code: 'DECISION_LOG_BROKEN' });
  });

  it.each([
    ['shorter than it was', 0],
    ['as long as it was, so that its offsets look right', 3],
    ['longer than it was', 8],
  ])('stops deciding when the log is deleted and created again, %s', async (_what, records) => {
    const topic = await newTopic();
    const broken: string[] = [];
    const log = await open(topic, kafka, { onBroken: (error) => broken.push(error.code) });
    for (let i = 0; i < 3; i++) await log.propose(`k${i}`, { by: 'x' });
    const admin = kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    await waitFor('the topic to be gone', async () => !(await admin.listTopics()).includes(topic));
    await admin.disconnect();
    await ensureTopics(kafka, [decisionTopic(topic, { replicationFactor: 1 })]);
    if (records > 0) {
      const others = Array.from({ length: records }, (_, i) => ({ key: `other-${i}`, value: '{"by":"other"}' }));
      await appendRaw(topic, others);
    }
    await waitFor(
      'the log to notice',
      () =>
        log.refresh().then(
          () => 'fine',
          (error: { code: string }) => error.code,
        ),
      { until: (code) => code === 'DECISION_LOG_BROKEN' },
    );
    await expect(log.propose('k9', { by: 'x' })).rejects.toMatchObject({ code: 'DECISION_LOG_BROKEN' });
    expect(broken).toEqual(['DECISION_LOG_BROKEN']);
    // What was decided stays; of the new log a little may have been read before it was noticed.
    expect(outcome(log).slice(0, 3)).toEqual(['k0@0=x', 'k1@1=x', 'k2@2=x']);
  });
});
