import { useStack, waitFor } from '@millrace/platform-testing';
import { version } from 'kafkajs/package.json';
import { CompressionTypes, type Message } from 'kafkajs';
import { logEnds } from '../admin/log-offsets';
import { createBatchConsumer } from '../consumer/batch-consumer';
import type { OffsetRange } from '../consumer/record-batch-view';
import { specKafka } from '../testing/client';
import { ensureTopics } from '../topics/ensure-topics';

interface Read {
  readonly records: object[];
  readonly skipped: bigint[];
  readonly sections: number;
}

describe('undecoded record batches', () => {
  const stack = useStack();
  const kafka = specKafka();
  let names = 0;

  const read = async (topic: string, rawRecords: boolean, from: bigint): Promise<Read> => {
    const end = (await logEnds(kafka, topic)).get(0) ?? 0n;
    const records: object[] = [];
    const holes: OffsetRange[] = [];
    let sections = 0;
    const where = { topic, partition: 0 };
    const consumer = createBatchConsumer({
      kafka,
      groupId: `${topic}.${names++}`,
      topics: [topic],
      rawRecords,
      startAt: () => from,
      maxWaitTimeMs: 100,
      maxBytesPerPartition: 20_000,
      onBatch: async (batch) => {
        const all = [...batch.records()];
        expect(all).toHaveLength(batch.count);
        records.push(...all);
        holes.push(...batch.skipped());
        sections += batch.sections()?.length ?? 0;
      },
      hooks: { onSkipped: ({ from: start, to }) => holes.push({ from: start, to }) },
    });
    await consumer.start();
    await waitFor('the log end', () => consumer.position(where), { until: (at) => at === end });
    await consumer.stop();
    const skipped = holes
      .flatMap(({ from: start, to }) => Array.from({ length: Number(to - start) }, (_, i) => start + BigInt(i)))
      .sort((a, b) => Number(a - b));
    return { records, skipped, sections };
  };

  const message = (n: number): Message => ({
    key: n % 7 === 0 ? null : `key-${n}`,
    value: n % 11 === 0 ? null : 'v'.repeat(n % 300) + n,
    timestamp: String(1_770_000_000_000 + ((n * 7_919) % 100_000)),
    ...(n % 3 === 0 ? { headers: { a: `h${n}`, b: [`1`, `2`] } } : {}),
  });
  const messages = (count: number, from: number): Message[] =>
    Array.from({ length: count }, (_, i) => message(from + i));

  it('is known to work with the pinned kafkajs only', () => {
    expect(version).toBe('2.2.4');
  });

  it.each(['CreateTime', 'LogAppendTime'])(
    'hold the same records, offsets and holes as decoded ones, over all codecs and transactions (%s)',
    async (timestampType) => {
      const topic = `${stack.topicPrefix}raw.${names++}`;
      const config = { 'message.timestamp.type': timestampType };
      await ensureTopics(kafka, [{ name: topic, partitions: 1, replicationFactor: 1, config }]);
      const plain = kafka.producer({ createPartitioner: () => () => 0 });
      const transactional = [1, 2].map((n) =>
        kafka.producer({ transactionalId: `${topic}.${n}`, idempotent: true, maxInFlightRequests: 1 }),
      );
      await Promise.all([plain, ...transactional].map((producer) => producer.connect()));
      let n = 0;
      for (const compression of Object.values(CompressionTypes).filter((type) => typeof type === 'number')) {
        await plain.send({ topic, compression, messages: messages(200, n) });
        await plain.send({ topic, compression, messages: messages(1, n + 200) });
        // Two transactions interleaved, one kept, one dropped; a plain record in between.
        const [kept, dropped] = await Promise.all(transactional.map((producer) => producer.transaction()));
        await kept?.send({ topic, compression, messages: messages(20, n + 201) });
        await dropped?.send({ topic, compression, messages: messages(30, n + 221) });
        await plain.send({ topic, compression, messages: messages(1, n + 251) });
        await kept?.send({ topic, compression, messages: messages(5, n + 252) });
        await dropped?.abort();
        await kept?.commit();
        n += 300;
      }
      await Promise.all([plain, ...transactional].map((producer) => producer.disconnect()));
      // 257 records and two markers a codec: the broker writes a marker after it has answered.
      await waitFor('the last marker', () => logEnds(kafka, topic), { until: (ends) => ends.get(0) === 5n * 259n });

      for (const from of [0n, 1n, 77n, 199n, 200n, 231n, 259n, 600n]) {
        const decoded = await read(topic, false, from);
        const raw = await read(topic, true, from);
        expect(raw.records).toEqual(decoded.records);
        expect(raw.skipped).toEqual(decoded.skipped);
        expect(decoded.sections).toBe(0);
        expect(raw.sections).toBeGreaterThan(0);
        if (from === 0n) expect(raw.records).toHaveLength(5 * 227);
      }
    },
  );

  it('leave consumers of other topics in the same process as they are', async () => {
    const [raw, plain] = [`${stack.topicPrefix}raw.${names++}`, `${stack.topicPrefix}raw.${names++}`];
    const producer = kafka.producer({ createPartitioner: () => () => 0 });
    await producer.connect();
    for (const name of [raw, plain]) {
      await ensureTopics(kafka, [{ name, partitions: 1, replicationFactor: 1, config: {} }]);
      await producer.send({ topic: name, messages: messages(10, 1) });
    }
    await producer.disconnect();
    const [one, two] = await Promise.all([read(raw, true, 0n), read(plain, false, 0n)]);
    expect([one.sections > 0, two.sections]).toEqual([true, 0]);
    expect(one.records).toHaveLength(10);
    expect(two.records).toHaveLength(10);
  });
});
