import { stackAddresses, tcpProxy, useStack, type TcpProxy } from '@millrace/platform-testing';
import { logEnds } from '../admin/log-offsets';
import { createBatchConsumer } from '../consumer/batch-consumer';
import { specKafka, through } from '../testing/client';
import { ensureTopics } from '../topics/ensure-topics';
import { createBatchProducer, type BatchProducer, type BatchProducerDeps } from './batch-producer';

async function retried<T>(work: () => Promise<T>, left = 5): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (left === 0) throw error;
    return retried(work, left - 1);
  }
}

describe('the batch producer on a real broker', () => {
  const stack = useStack();
  const kafka = specKafka();
  const producers: BatchProducer[] = [];
  const proxies: TcpProxy[] = [];
  let names = 0;

  afterEach(async () => {
    for (const proxy of proxies) proxy.restore();
    await Promise.all(producers.splice(0).map((producer) => producer.close()));
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  });
  const newProxy = async (): Promise<TcpProxy> => {
    const proxy = await tcpProxy(stackAddresses().kafkaBrokers[0] as string);
    proxies.push(proxy);
    return proxy;
  };
  const newTopic = async (config: Record<string, string> = {}): Promise<string> => {
    const name = `${stack.topicPrefix}produced.${names++}`;
    await ensureTopics(kafka, [{ name, partitions: 3, replicationFactor: 1, config }]);
    return name;
  };
  const open = (options: Partial<BatchProducerDeps> = {}): BatchProducer => {
    const producer = createBatchProducer({ kafka, ...options });
    producers.push(producer);
    return producer;
  };
  const readAll = async (topic: string, count: number): Promise<Map<string, string[]>> => {
    const byKey = new Map<string, string[]>();
    const next = new Map<number, bigint>();
    let seen = 0;
    let report: () => void = () => undefined;
    const complete = new Promise<void>((resolve) => (report = resolve));
    const consumer = createBatchConsumer({
      kafka,
      groupId: `${topic}.reader`,
      topics: [topic],
      onBatch: async (batch) => {
        for (const record of batch.records()) {
          // A group that is formed anew reads again what it had not committed.
          if (record.offset < (next.get(batch.partition) ?? 0n)) continue;
          next.set(batch.partition, record.offset + 1n);
          const key = String(record.key);
          byKey.set(key, [...(byKey.get(key) ?? []), String(record.value)]);
          seen += 1;
        }
        if (seen >= count) report();
      },
    });
    await consumer.start();
    await complete;
    await consumer.stop();
    return byKey;
  };

  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'keeps the order of every key over many callers (compression %s), acknowledging each where it is',
    async (compression) => {
      const topic = await newTopic();
      const producer = open({ compression, maxBatchRecords: 50, idempotent: compression === 'gzip' });
      const keys = Array.from({ length: 10 }, (_, i) => `key-${i}`);
      const acks = await Promise.all(
        Array.from({ length: 500 }, (_, i) =>
          producer.send({ topic, key: keys[i % 10] as string, value: Buffer.from(`${i}`), headers: { n: `${i}` } }),
        ),
      );
      expect(new Set(acks.map((ack) => `${ack.partition}@${ack.offset}`)).size).toBe(500);
      const read = await readAll(topic, 500);
      for (const [index, key] of keys.entries()) {
        expect(read.get(key)).toEqual(Array.from({ length: 50 }, (_, i) => `${i * 10 + index}`));
      }
    },
  );

  it('sends many at once, tombstones and records without a key included', async () => {
    const topic = await newTopic();
    const acks = await open().sendMany([
      { topic, key: 'a', value: null },
      { topic, key: null, value: Buffer.from('x'), partition: 2 },
      { topic, key: 'a', value: Buffer.from('y') },
    ]);
    expect(acks[1]).toEqual({ topic, partition: 2, offset: expect.any(BigInt) });
    expect(acks[2]?.partition).toBe(acks[0]?.partition);
    expect([...(await logEnds(kafka, topic)).values()].reduce((sum, end) => sum + end, 0n)).toBe(3n);
  });

  it('refuses at once what does not fit into its queue', async () => {
    const topic = await newTopic();
    const producer = open({ maxQueuedBytes: 2_000 });
    const value = Buffer.alloc(900);
    const sent = [producer.send({ topic, key: 'a', value }), producer.send({ topic, key: 'b', value })];
    await expect(producer.send({ topic, key: 'c', value })).rejects.toMatchObject({
      code: 'KAFKA_QUEUE_FULL',
      isRetryable: true,
    });
    await Promise.all(sent);
    await producer.send({ topic, key: 'c', value });
  });

  it('refuses a record larger than the topic takes, and only that one', async () => {
    const topic = await newTopic({ 'max.message.bytes': '10000' });
    const producer = open();
    const results = await Promise.allSettled(
      [100, 100, 20_000, 100].map((bytes) => producer.send({ topic, key: 'a', value: Buffer.alloc(bytes) })),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(results[2]).toMatchObject({ reason: { code: 'KAFKA_RECORD_TOO_LARGE', isRetryable: false } });
  });

  it('says which topic is missing', async () => {
    await expect(
      open().send({ topic: `${stack.topicPrefix}nowhere`, key: 'a', value: Buffer.alloc(1) }),
    ).rejects.toMatchObject({ code: 'TOPIC_MISSING', isRetryable: false });
  });

  it.each([false, true])(
    'waits for a broker that is away, within its time, and loses nothing it acknowledged (idempotent: %s)',
    async (idempotent) => {
      const topic = await newTopic();
      const proxy = await newProxy();
      const faulty = specKafka({ socketFactory: through(proxy), requestTimeoutMs: 500, connectionTimeoutMs: 500 });
      const producer = open({ kafka: faulty, deliveryTimeoutMs: 8_000, idempotent });
      await producer.send({ topic, key: 'k', value: Buffer.from('before') });
      proxy.cut();
      const sent = Array.from({ length: 20 }, (_, i) => producer.send({ topic, key: 'k', value: Buffer.from(`${i}`) }));
      await new Promise((resolve) => setTimeout(resolve, 300));
      proxy.restore();
      const acks = await Promise.all(sent);
      proxy.dropReplies();
      const unsure = producer.send({ topic, key: 'k', value: Buffer.from('unsure') });
      await new Promise((resolve) => setTimeout(resolve, 700));
      proxy.restore();
      const last = await unsure;
      expect(last.offset).toBeGreaterThan(acks.at(-1)?.offset ?? 0n);
      const end = [...(await logEnds(kafka, topic)).values()].reduce((sum, value) => sum + value, 0n);
      const values = (await readAll(topic, Number(end))).get('k') ?? [];
      const once = values.filter((value, index) => values.indexOf(value) === index);
      expect(once).toEqual(['before', ...Array.from({ length: 20 }, (_, i) => `${i}`), 'unsure']);
      // Without idempotence the record whose reply was lost is there twice; consumers collapse it by id.
      if (idempotent) expect(values).toEqual(once);
    },
  );

  it('never takes a new record for the retry of one it gave up (idempotent)', async () => {
    const topic = await newTopic();
    const proxy = await newProxy();
    const faulty = specKafka({ socketFactory: through(proxy), requestTimeoutMs: 400, connectionTimeoutMs: 400 });
    const producer = open({ kafka: faulty, deliveryTimeoutMs: 1_000, idempotent: true });
    const send = (value: string) => producer.send({ topic, partition: 0, key: 'k', value: Buffer.from(value) });
    await send('before');
    proxy.dropReplies();
    await expect(send('written, but nobody said so')).rejects.toMatchObject({ code: 'KAFKA_UNAVAILABLE' });
    proxy.restore();
    // The broker would acknowledge a new record with the sequence number of the lost one, and drop it.
    const acks = await Promise.all(['a', 'b'].map((value) => retried(() => send(value))));
    const values = (await readAll(topic, Number((await logEnds(kafka, topic)).get(0)))).get('k') ?? [];
    expect(acks.map(({ offset }) => values[Number(offset)])).toEqual(['a', 'b']);
  });

  it('gives up after its time when nobody answers, and takes nothing more once closed', async () => {
    const producer = open({ kafka: specKafka({ brokers: ['127.0.0.1:1'] }), deliveryTimeoutMs: 400 });
    const startedAt = Date.now();
    await expect(producer.send({ topic: 'x', key: 'a', value: Buffer.alloc(1) })).rejects.toMatchObject({
      code: 'KAFKA_UNAVAILABLE',
      isRetryable: true,
    });
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    await producer.close();
    await expect(producer.send({ topic: 'x', key: 'a', value: Buffer.alloc(1) })).rejects.toMatchObject({
      code: 'SHUTTING_DOWN',
    });
  });
});
