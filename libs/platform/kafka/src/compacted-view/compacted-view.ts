import type { Kafka } from 'kafkajs';
import { uuidv7 } from 'uuidv7';
import { logEnds } from '../admin/log-offsets';
import { withAdmin } from '../admin/with-admin';
import { silentLog, type KafkaLog } from '../client/kafka-log';
import { createBatchConsumer } from '../consumer/batch-consumer';
import type { KafkaRecord } from '../consumer/record-batch-view';
import { partitionId, type TopicPartition } from '../consumer/topic-partition';
import { selectTopics, type TopicSelection } from '../consumer/topic-selection';

export interface ViewRecord extends KafkaRecord {
  readonly topic: string;
  readonly value: Buffer;
}

export interface CompactedViewOptions<T> {
  readonly kafka: Kafka;
  readonly topics: TopicSelection;
  /** Its private group is named after it. */
  readonly name?: string;
  /** Undefined: not readable, counted, and the key keeps the value it had. A rejection (the registry does not answer)
   *  makes the view wait and try again. */
  readonly parse: (record: ViewRecord) => T | undefined | Promise<T | undefined>;
  readonly log?: KafkaLog;
  readonly discoveryIntervalMs?: number;
  /** How long the broker may hold a fetch without records, and a stop may take. */
  readonly maxWaitTimeMs?: number;
}

export interface CompactedView<T> {
  /** Begins reading; resolves once the first assignment is there. */
  start(): Promise<void>;
  /** Resolves once everything that was in the topics when reading began is in the view. */
  ready(): Promise<void>;
  isReady(): boolean;
  get(topic: string, key: string): T | undefined;
  values(topic: string): ReadonlyMap<string, T>;
  /** `value` is undefined when the key was deleted by a tombstone. */
  onChange(listener: (topic: string, key: string, value: T | undefined) => void): () => void;
  counts(): { readonly keys: number; readonly unreadable: number };
  stop(): Promise<void>;
}

/** The latest value per key of compacted topics, in memory, kept up to date. */
export function createCompactedView<T>(options: CompactedViewOptions<T>): CompactedView<T> {
  const { kafka } = options;
  const log = options.log ?? silentLog;
  const tables = new Map<string, Map<string, T>>();
  const positions = new Map<string, bigint>();
  /** Partition to the offset it has to reach before the view is ready; undefined until the ends were read. */
  let missing: Map<string, bigint> | undefined;
  const listeners = new Set<(topic: string, key: string, value: T | undefined) => void>();
  let unreadable = 0;
  let isReady = false;
  let reportReady: () => void = () => undefined;
  const becameReady = new Promise<void>((resolve) => (reportReady = resolve));

  const table = (topic: string): Map<string, T> => {
    let values = tables.get(topic);
    if (values === undefined) tables.set(topic, (values = new Map<string, T>()));
    return values;
  };
  const advance = (where: TopicPartition, position: bigint): void => {
    const id = partitionId(where);
    if (position > (positions.get(id) ?? -1n)) positions.set(id, position);
    checkReady();
  };
  const checkReady = (): void => {
    if (isReady || missing === undefined) return;
    for (const [id, end] of missing) if ((positions.get(id) ?? 0n) >= end) missing.delete(id);
    if (missing.size > 0) return;
    isReady = true;
    reportReady();
  };

  const apply = async (topic: string, record: KafkaRecord): Promise<void> => {
    if (record.key === null) return;
    const key = record.key.toString('utf8');
    const { value } = record;
    const parsed = value === null ? undefined : await options.parse({ ...record, topic, value });
    if (value !== null && parsed === undefined) {
      unreadable += 1;
      log.debug({ topic, key, offset: String(record.offset) }, 'a record of a compacted topic cannot be read');
      return;
    }
    if (parsed === undefined) table(topic).delete(key);
    else table(topic).set(key, parsed);
    for (const listener of listeners) listener(topic, key, parsed);
  };

  const consumer = createBatchConsumer({
    kafka,
    groupId: `${options.name ?? 'view'}.compacted-view.${uuidv7()}`,
    topics: options.topics,
    startAt: (where) => positions.get(partitionId(where)),
    partitionsConsumedConcurrently: 3,
    maxWaitTimeMs: options.maxWaitTimeMs,
    log,
    ...(options.discoveryIntervalMs === undefined ? {} : { discoveryIntervalMs: options.discoveryIntervalMs }),
    onBatch: async (batch, context) => {
      for (const record of batch.records()) {
        if (record.offset < (positions.get(partitionId(batch)) ?? 0n)) continue;
        await apply(batch.topic, record);
        if (context.isStale()) return;
        advance(batch, record.offset + 1n);
      }
      advance(batch, batch.nextOffset);
    },
    hooks: {
      onSkipped: (skipped) => advance(skipped, skipped.to),
      onAssigned: async () => {
        missing ??= await readEnds(kafka, options.topics);
        checkReady();
      },
    },
  });

  return {
    start: () => consumer.start(),
    ready: () => becameReady,
    isReady: () => isReady,
    get: (topic, key) => tables.get(topic)?.get(key),
    values: (topic) => table(topic),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    counts: () => ({ keys: [...tables.values()].reduce((sum, values) => sum + values.size, 0), unreadable }),
    stop: () => consumer.stop(),
  };
}

/** Where each partition ends now; empty partitions are left out. */
async function readEnds(kafka: Kafka, topics: TopicSelection): Promise<Map<string, bigint>> {
  return withAdmin(kafka, 'Reading the ends of compacted topics failed', async (admin) => {
    const ends = new Map<string, bigint>();
    for (const topic of selectTopics(topics, await admin.listTopics())) {
      for (const [partition, end] of await logEnds(admin, topic)) {
        if (end > 0n) ends.set(partitionId({ topic, partition }), end);
      }
    }
    return ends;
  });
}
