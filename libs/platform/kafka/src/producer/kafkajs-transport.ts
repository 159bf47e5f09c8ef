import { CompressionTypes, type Admin, type Kafka, type Producer } from 'kafkajs';
import { ConfigError } from '@millrace/platform-errors';
import { installProduceEncoder } from './encode-produce';
import { MessagesByPartition } from './messages-by-partition';
import type { PartitionBatch, ProducerTransport } from './transport';

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

const COMPRESSION: Record<Compression, CompressionTypes> = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
};

interface Client {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}

export interface KafkajsTransportDeps {
  readonly kafka: Kafka;
  readonly isIdempotent: boolean;
  readonly compression: Compression;
  readonly requestTimeoutMs: number;
}

export function createKafkajsTransport(deps: KafkajsTransportDeps): ProducerTransport {
  installProduceEncoder();
  let admin: Promise<Admin> | undefined;
  let producer: Promise<Producer> | undefined;
  const open = new Set<Client>();
  let isClosed = false;

  /** What is connected after the close is disconnected again. */
  const connect = async <T extends Client>(client: T): Promise<T> => {
    await client.connect();
    if (isClosed) await client.disconnect();
    else open.add(client);
    return client;
  };

  const connectedAdmin = (): Promise<Admin> => {
    admin ??= connect(deps.kafka.admin()).catch((error: unknown) => {
      admin = undefined;
      throw error;
    });
    return admin;
  };
  const connectedProducer = (): Promise<Producer> => {
    producer ??= connect(
      deps.kafka.producer({
        allowAutoTopicCreation: false,
        idempotent: deps.isIdempotent,
        // The queue above retries, until its own deadline and one partition at a time.
        retry: { retries: deps.isIdempotent ? 1 : 0 },
        createPartitioner: () => () => 0,
      }),
    ).catch((error: unknown) => {
      producer = undefined;
      throw error;
    });
    return producer;
  };

  const readPartitions = async (topic: string): Promise<number> => {
    const client = await connectedAdmin();
    if (!(await client.listTopics()).includes(topic)) {
      throw new ConfigError(`Topic ${topic} does not exist`, {
        code: 'TOPIC_MISSING',
        details: { topic },
        advice: 'Create the topic (the deploy step ensures topics) or check its name',
      });
    }
    const { topics } = await client.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.length ?? 0;
  };

  return {
    async connect() {
      await Promise.all([connectedProducer(), connectedAdmin()]);
    },
    partitionsOf: readPartitions,

    async send(batches) {
      const client = await connectedProducer();
      const rows = await client.sendBatch({
        acks: -1,
        timeout: deps.requestTimeoutMs,
        compression: COMPRESSION[deps.compression],
        topicMessages: [...groupByTopic(batches)].map(([topic, group]) => ({
          topic,
          messages: new MessagesByPartition(group).asMessages(),
        })),
      });
      const offsets = new Map(
        rows.map((row) => [`${row.topicName}/${row.partition}`, BigInt(row.baseOffset ?? row.offset ?? '-1')]),
      );
      return batches.map(({ topic, partition }) => {
        const offset = offsets.get(`${topic}/${partition}`);
        if (offset === undefined) throw new Error(`The broker did not acknowledge ${topic}/${partition}`);
        return offset;
      });
    },

    forgetFailed() {
      if (!deps.isIdempotent) return;
      // kafkajs gives the sequence numbers of a failed request to the next one: had the failed one been written after
      // all, the broker would take the next for its duplicate and acknowledge records it never wrote.
      const old = producer;
      producer = undefined;
      old
        ?.then((client) => {
          open.delete(client);
          return client.disconnect();
        })
        .catch(() => undefined);
    },

    /** Does not wait for a connection that is being made. */
    async close() {
      isClosed = true;
      await Promise.all([...open].map((client) => client.disconnect()));
    },
  };
}

function groupByTopic(batches: readonly PartitionBatch[]): Map<string, PartitionBatch[]> {
  const groups = new Map<string, PartitionBatch[]>();
  for (const batch of batches) {
    const group = groups.get(batch.topic);
    if (group === undefined) groups.set(batch.topic, [batch]);
    else group.push(batch);
  }
  return groups;
}
