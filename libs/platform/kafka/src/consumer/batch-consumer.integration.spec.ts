import { stackAddresses, tcpProxy, useStack, waitFor, type TcpProxy } from '@millrace/platform-testing';
import { committedOffsets } from '../admin/committed-offsets';
import { specKafka, through } from '../testing/client';
import { ensureTopics } from '../topics/ensure-topics';
import { createBatchConsumer, type BatchConsumer } from './batch-consumer';
import type { BatchConsumerDeps } from './consumer-options';
import type { OffsetRange } from './record-batch-view';
import type { TopicPartition } from './topic-partition';

describe('the batch consumer on a real broker', () => {
  const stack = useStack();
  const kafka = specKafka();
  const consumers: BatchConsumer[] = [];
  const proxies: TcpProxy[] = [];
  let names = 0;

  afterEach(async () => {
    for (const proxy of proxies) proxy.restore();
    await Promise.all(consumers.splice(0).map((consumer) => consumer.stop()));
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  });

  const newTopic = async (partitions = 1, name = `${stack.topicPrefix}batches.${names++}`): Promise<string> => {
    await ensureTopics(kafka, [{ name, partitions, replicationFactor: 1, config: {} }]);
    return name;
  };
  const append = async (topic: string, values: readonly string[], partition = 0): Promise<void> => {
    const producer = kafka.producer({ createPartitioner: () => () => partition });
    await producer.connect();
    await producer.send({ topic, messages: values.map((value) => ({ key: value, value })) });
    await producer.disconnect();
  };
  const appendTransaction = async (topic: string, values: readonly string[], isCommitted: boolean): Promise<void> => {
    const producer = kafka.producer({
      transactionalId: `${topic}-${names++}`,
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: () => () => 0,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: values.map((value) => ({ value })) });
    await (isCommitted ? transaction.commit() : transaction.abort());
    await producer.disconnect();
  };
  const consume = (options: Partial<BatchConsumerDeps> & Pick<BatchConsumerDeps, 'topics'>): BatchConsumer => {
    const consumer = createBatchConsumer({
      kafka,
      groupId: `${stack.topicPrefix}group.${names++}`,
      onBatch: async () => undefined,
      backoff: { firstMs: 50, longestMs: 200 },
      maxWaitTimeMs: 100,
      ...options,
    });
    consumers.push(consumer);
    return consumer;
  };
  const committed = async (groupId: string, topic: string, partition = 0): Promise<bigint | undefined> =>
    (await committedOffsets(kafka, groupId, [topic])).get(topic)?.get(partition);
  const text = (value: Buffer | null): string => value?.toString() ?? '(null)';

  it('reads from the beginning, commits only where asked, and goes on there after a restart', async () => {
    const topic = await newTopic();
    const groupId = `${stack.topicPrefix}group.${names++}`;
    await append(topic, ['a', 'b', 'c']);
    const first: string[] = [];
    const one = consume({
      groupId,
      topics: [topic],
      onBatch: async (batch, context) => {
        for (const record of batch.records()) first.push(text(record.value));
        if (batch.fetchedOffset === 0n) expect(await context.commit(2n)).toBe('committed');
      },
    });
    await one.start();
    await waitFor('all three', () => first, { until: (seen) => seen.length === 3 });
    expect(await committed(groupId, topic)).toBe(2n);
    await one.stop();
    expect(await committed(groupId, topic)).toBe(2n);

    const second: string[] = [];
    const two = consume({
      groupId,
      topics: [topic],
      commitAfterBatch: true,
      onBatch: async (batch) => void second.push(...[...batch.records()].map((record) => text(record.value))),
    });
    await two.start();
    await waitFor('the uncommitted one', () => second, { until: (seen) => seen.length === 1 });
    expect(second).toEqual(['c']);
    await waitFor('the commit', () => committed(groupId, topic), { until: (offset) => offset === 3n });
  });

  it('calls a failing handler again from the last commit, skips nothing, and lets other partitions go on', async () => {
    const topic = await newTopic(2);
    await append(topic, ['a', 'b', 'c', 'd'], 0);
    const calls: string[] = [];
    const done: string[] = [];
    const errors: TopicPartition[] = [];
    const consumer = consume({
      topics: [topic],
      hooks: { onHandlerError: (_error, where) => errors.push(where) },
      onBatch: async (batch, context) => {
        for (const record of batch.records()) {
          const value = text(record.value);
          calls.push(value);
          if (value === 'c' && errors.length < 3) throw new Error('not yet');
          done.push(value);
          if (value === 'b') await context.commit(record.offset + 1n);
        }
      },
    });
    await consumer.start();
    await waitFor('the first failure', () => errors.length > 0);
    expect(() => consumer.assertHandling(0)).toThrow(/-?0 is read over and over .*not yet/);
    expect(() => consumer.assertHandling()).not.toThrow();
    await append(topic, ['other'], 1);
    await waitFor('everything', () => done, { until: (seen) => seen.includes('d') && seen.includes('other') });
    expect(done.filter((value) => value !== 'other')).toEqual(['a', 'b', 'c', 'd']);
    expect(calls.filter((value) => value === 'c')).toHaveLength(4);
    expect(errors).toEqual([1, 2, 3].map(() => ({ topic, partition: 0 })));
    expect(() => consumer.assertHandling(0)).not.toThrow();
    expect(consumer.epoch()).toBe(1);
  });

  it('fetches again what a handler left unresolved', async () => {
    const topic = await newTopic();
    await append(topic, ['a', 'b', 'c', 'd']);
    const fetched: bigint[] = [];
    const consumer = consume({
      topics: [topic],
      onBatch: async (batch, context) => {
        fetched.push(batch.fetchedOffset);
        context.resolve(batch.fetchedOffset + 2n);
      },
    });
    await consumer.start();
    await waitFor('two fetches', () => fetched, { until: (seen) => seen.length === 2 });
    expect(fetched).toEqual([0n, 2n]);
    expect(consumer.position({ topic, partition: 0 })).toBe(4n);
  });

  it('tells about markers and aborted records, so that a position reaches the log end', async () => {
    const topic = await newTopic();
    await append(topic, ['a']);
    await appendTransaction(topic, ['aborted', 'aborted too'], false);
    const skipped: OffsetRange[] = [];
    const holes: OffsetRange[] = [];
    const values: string[] = [];
    const consumer = consume({
      topics: [topic],
      hooks: { onSkipped: ({ from, to }) => skipped.push({ from, to }) },
      onBatch: async (batch) => {
        values.push(...[...batch.records()].map((record) => text(record.value)));
        holes.push(...batch.skipped());
      },
    });
    await consumer.start();
    await waitFor('the log end', () => consumer.position({ topic, partition: 0 }), { until: (at) => at === 4n });
    await appendTransaction(topic, ['committed'], true);
    await waitFor('the next end', () => consumer.position({ topic, partition: 0 }), { until: (at) => at === 6n });
    await appendTransaction(topic, ['aborted'], false);
    await waitFor('the last end', () => consumer.position({ topic, partition: 0 }), { until: (at) => at === 8n });
    expect(values).toEqual(['a', 'committed']);
    const ranges = [...holes, ...skipped].sort((a, b) => Number(a.from - b.from));
    const covered = ranges.flatMap(({ from, to }) =>
      Array.from({ length: Number(to - from) }, (_, i) => from + BigInt(i)),
    );
    expect(covered).toEqual([1n, 2n, 3n, 5n, 6n, 7n]);
  });

  it('begins a new epoch when a second member joins, and refuses commits of the old one', async () => {
    const topic = await newTopic(2);
    const groupId = `${stack.topicPrefix}group.${names++}`;
    await append(topic, ['a'], 0);
    await append(topic, ['b'], 1);
    const seen: { partition: number; epoch: number; isStale: () => boolean }[] = [];
    const assignments: number[] = [];
    const options: Pick<BatchConsumerDeps, 'groupId' | 'topics' | 'heartbeatIntervalMs'> = {
      groupId,
      topics: [topic],
      heartbeatIntervalMs: 100,
    };
    const one = consume({
      ...options,
      onBatch: async (batch, { epoch, isStale }) => void seen.push({ partition: batch.partition, epoch, isStale }),
      hooks: { onAssigned: (assignment) => void assignments.push(assignment.length) },
    });
    await one.start();
    await waitFor('both partitions', () => seen.length === 2);
    const epoch = one.epoch();
    expect(seen.every(({ isStale }) => !isStale())).toBe(true);
    const two = consume(options);
    await two.start();
    await waitFor('the new epoch', () => one.epoch() > epoch && one.assignment().length === 1);
    expect(seen.slice(0, 2).every(({ isStale }) => isStale())).toBe(true);
    expect(await one.commit([{ topic, partition: 0, nextOffset: 1n }], epoch)).toBe('stale');
    expect(await committed(groupId, topic)).toBeUndefined();
    expect(assignments[0]).toBe(2);
    expect(assignments.at(-1)).toBe(1);
  });

  it('takes a late commit of the current epoch once, and never moves it backwards', async () => {
    const topic = await newTopic();
    const groupId = `${stack.topicPrefix}group.${names++}`;
    await append(topic, ['a', 'b', 'c']);
    let batches = 0;
    const consumer = consume({ groupId, topics: [topic], onBatch: async () => void (batches += 1) });
    await consumer.start();
    await waitFor('a batch', () => batches === 1);
    const commit = (nextOffset: bigint) => consumer.commit([{ topic, partition: 0, nextOffset }], consumer.epoch());
    expect(await commit(3n)).toBe('committed');
    expect(await commit(3n)).toBe('unchanged');
    expect(await commit(1n)).toBe('unchanged');
    expect(await committed(groupId, topic)).toBe(3n);
    expect(batches).toBe(1);
  });

  it('pauses and resumes partitions, and rewinds to what is committed', async () => {
    const topic = await newTopic();
    await append(topic, ['a', 'b']);
    const values: string[] = [];
    const consumer = consume({
      topics: [topic],
      onBatch: async (batch) => void values.push(...[...batch.records()].map((record) => text(record.value))),
    });
    await consumer.start();
    await waitFor('two', () => values.length === 2);
    await consumer.commit([{ topic, partition: 0, nextOffset: 1n }], consumer.epoch());
    consumer.pause([{ topic, partition: 0 }]);
    await append(topic, ['c']);
    consumer.rewind({ topic, partition: 0 });
    expect(values).toEqual(['a', 'b']);
    consumer.resume([{ topic, partition: 0 }]);
    await waitFor('the rest', () => values, { until: (seen) => seen.length === 4 });
    expect(values).toEqual(['a', 'b', 'b', 'c']);
  });

  it('finds a topic that is created later, flushing before it begins anew', async () => {
    const prefix = `${stack.topicPrefix}found.${names++}.`;
    await newTopic(1, `${prefix}one`);
    await append(`${prefix}one`, ['a']);
    const values: string[] = [];
    const flushed: number[] = [];
    const consumer = consume({
      topics: new RegExp(`^${prefix.replaceAll('.', '\\.')}`),
      discoveryIntervalMs: 100,
      commitAfterBatch: true,
      onBatch: async (batch) => void values.push(...[...batch.records()].map((record) => text(record.value))),
      hooks: { onRevoking: (epoch) => void flushed.push(epoch) },
    });
    await consumer.start();
    await waitFor('the first topic', () => values.length === 1);
    await newTopic(1, `${prefix}two`);
    await append(`${prefix}two`, ['b']);
    await waitFor('the second topic', () => values, { until: (seen) => seen.includes('b') });
    expect(values).toEqual(['a', 'b']);
    expect(flushed).toEqual([1]);
    expect(consumer.epoch()).toBe(2);
  });

  it('waits for a topic that does not exist yet', async () => {
    const name = `${stack.topicPrefix}later.${names++}`;
    const values: string[] = [];
    const consumer = consume({
      topics: [name],
      discoveryIntervalMs: 100,
      onBatch: async (batch) => void values.push(...[...batch.records()].map((record) => text(record.value))),
    });
    const started = consumer.start();
    expect(consumer.isJoined()).toBe(false);
    await newTopic(1, name);
    await append(name, ['a']);
    await started;
    await waitFor('the record', () => values.length === 1);
  });

  it('loses and skips nothing, and keeps the order, while its connections break again and again', async () => {
    const topic = await newTopic();
    const proxy = await tcpProxy(stackAddresses().kafkaBrokers[0] as string);
    proxies.push(proxy);
    const groupId = `${stack.topicPrefix}group.${names++}`;
    const done: string[] = [];
    const consumer = consume({
      kafka: specKafka({ socketFactory: through(proxy), requestTimeoutMs: 1_000, connectionTimeoutMs: 500 }),
      groupId,
      topics: [topic],
      sessionTimeoutMs: 6_000,
      heartbeatIntervalMs: 200,
      rebalanceTimeoutMs: 2_000,
      commitAfterBatch: true,
      onBatch: async (batch) => void done.push(...[...batch.records()].map((record) => text(record.value))),
    });
    await consumer.start();
    const expected: string[] = [];
    for (let round = 0; round < 4; round++) {
      const values = Array.from({ length: 25 }, (_, i) => `${round}-${i}`);
      expected.push(...values);
      if (round === 2) proxy.dropReplies();
      else if (round > 0) proxy.cut();
      await append(topic, values);
      await new Promise((resolve) => setTimeout(resolve, 150));
      proxy.restore();
      await waitFor(`round ${round}`, () => done, { until: (seen) => seen.includes(`${round}-24`) });
      const position = consumer.position({ topic, partition: 0 }) ?? 0n;
      expect((await committed(groupId, topic)) ?? 0n).toBeLessThanOrEqual(position);
    }
    expect(done.filter((value, index) => done.indexOf(value) === index)).toEqual(expected);
  });

  it('stops cleanly: waits for the running handler, takes its commit, and can be stopped before it joined', async () => {
    const topic = await newTopic();
    const groupId = `${stack.topicPrefix}group.${names++}`;
    await append(topic, ['a']);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let isHandling = false;
    const consumer = consume({
      groupId,
      topics: [topic],
      onBatch: async () => {
        isHandling = true;
        await held;
      },
      hooks: {
        onRevoking: async (epoch) => {
          release();
          expect(await consumer.commit([{ topic, partition: 0, nextOffset: 1n }], epoch)).toBe('committed');
        },
      },
    });
    await consumer.start();
    await waitFor('the handler', () => isHandling);
    await consumer.stop();
    expect(await committed(groupId, topic)).toBe(1n);
    expect(consumer.isJoined()).toBe(false);

    const away = consume({ kafka: specKafka({ brokers: ['127.0.0.1:1'] }), topics: [topic] });
    const started = away.start();
    await away.stop();
    await started;
  });
});
