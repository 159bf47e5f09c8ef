import { randomBytes } from 'node:crypto';

import { withAdmin, type KafkaClient } from '@millrace/platform-kafka';

export interface LoggedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: Buffer | null;
}

export interface LogPartition {
  readonly topic: string;
  readonly partition: number;
  /** First offset that retention has left, and the end for a reader of committed records. */
  readonly start: number;
  readonly end: number;
}

export interface TopicLog {
  /** In the order of offsets, per partition. */
  readonly records: readonly LoggedRecord[];
  readonly partitions: readonly LogPartition[];
}

const LONGEST_READ_MS = 60_000;

/** Everything that a reader of committed records finds in the topics, by a consumer of its own. */
export async function readLog(kafka: KafkaClient, topics: readonly string[]): Promise<TopicLog> {
  const partitions = await readBounds(kafka, topics);
  const open = new Map(
    partitions
      .filter(({ start, end }) => start < end)
      .map(({ topic, partition, end }) => [`${topic}/${partition}`, end]),
  );
  const records: LoggedRecord[] = [];
  if (open.size > 0) {
    const groupId = `${topics[0] ?? ''}.faults-reader.${randomBytes(4).toString('hex')}`;
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    // Also emitted for batches of markers and aborted records only.
    consumer.on('consumer.end_batch_process', ({ payload }) => {
      const where = `${payload.topic}/${payload.partition}`;
      if (Number(payload.lastOffset) + 1 >= (open.get(where) ?? Infinity)) open.delete(where);
      if (open.size === 0) finish();
    });
    const timer = setTimeout(finish, LONGEST_READ_MS);
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        for (const { offset, key, value } of batch.messages) {
          const { topic, partition } = batch;
          records.push({ topic, partition, offset: Number(offset), key: key?.toString() ?? '', value });
        }
        return Promise.resolve();
      },
    });
    await finished;
    clearTimeout(timer);
    await consumer.disconnect();
    await withAdmin(kafka, 'Forgetting the reader failed', (admin) => admin.deleteGroups([groupId])).catch(
      () => undefined,
    );
    if (open.size > 0) throw new Error(`the log cannot be read to its end: ${JSON.stringify([...open])}`);
  }
  const ends = new Map(partitions.map(({ topic, partition, end }) => [`${topic}/${partition}`, end]));
  const below = records.filter(({ topic, partition, offset }) => offset < (ends.get(`${topic}/${partition}`) ?? 0));
  return { records: below, partitions };
}

function readBounds(kafka: KafkaClient, topics: readonly string[]): Promise<LogPartition[]> {
  return withAdmin(kafka, 'Reading the bounds of the log failed', async (admin) => {
    const partitions: LogPartition[] = [];
    for (const topic of topics) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        partitions.push({ topic, partition, start: Number(low), end: Number(high) });
      }
    }
    return partitions;
  });
}
