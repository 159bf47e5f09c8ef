import { REJECTED_HEADERS } from '@millrace/contract-signal';
import {
  AvroDecoder,
  committedOffsets,
  createBatchConsumer,
  offsetsAtTimestamp,
  parseFrame,
  type BatchConsumer,
  type KafkaLog,
  type KafkaRecord,
  type RecordBatchView,
  type SchemaRegistryCodec,
  type TopicPartition,
} from '@millrace/platform-kafka';
import type { Kafka } from 'kafkajs';

import { IDLE_FETCH_MS } from '../idle-fetch';
import { decideUrgency, type UrgencyDependencies, type UrgentDecision } from './decide-urgency';
import { projectedSignalType, type ProjectedSignal } from './projected-signal';

export interface FastLaneOptions {
  readonly kafka: Kafka;
  readonly registry: SchemaRegistryCodec;
  readonly topicPrefix: string;
  readonly discoveryIntervalMs: number;
  readonly sessionTimeoutMs: number;
  readonly decide: UrgencyDependencies;
  readonly onDecisions: (decisions: readonly UrgentDecision[]) => void;
  readonly onRead: (records: number) => void;
  readonly log: KafkaLog;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * The second consumer group over every signals.* topic. Records are decoded by their writer's schema to the few fields
 * that rules look at. A partition that the group has never read begins where signals are still young enough to be urgent.
 */
export function createFastLane(options: FastLaneOptions): BatchConsumer {
  const { kafka, registry, topicPrefix, log } = options;
  const groupId = `${topicPrefix}sync-urgent`;
  const decoder = new AvroDecoder<ProjectedSignal>(projectedSignalType);

  const decode = async (value: Buffer | null): Promise<ProjectedSignal | null> => {
    const framed = parseFrame(value);
    if (framed.problem !== undefined) return null;
    const lookup = registry.peekSchema(framed.schemaId) ?? (await registry.schemaById(framed.schemaId));
    if (!lookup.ok) return null;
    const decoded = decoder.decode(framed.body, lookup.schema.type);
    return decoded.ok ? decoded.value : null;
  };

  const decideRecord = async (batch: RecordBatchView, record: KafkaRecord): Promise<UrgentDecision[]> => {
    if (record.headers[REJECTED_HEADERS.reason] !== undefined) return [];
    // What cannot be read is quarantined by windowing with its reason; here it is only not urgent.
    const signal = await decode(record.value);
    if (signal === null) return [];
    const { topic, partition } = batch;
    const at = { signal, topic, partition, offset: record.offset, appended_at: record.timestamp };
    return decideUrgency(at, options.decide);
  };

  const consumer = createBatchConsumer({
    kafka,
    groupId,
    topics: new RegExp(`^${escaped(topicPrefix)}signals\\.[a-z][a-z0-9_-]*\\.v1$`),
    discoveryIntervalMs: options.discoveryIntervalMs,
    partitionsConsumedConcurrently: 3,
    maxWaitTimeMs: IDLE_FETCH_MS,
    commitAfterBatch: true,
    sessionTimeoutMs: options.sessionTimeoutMs,
    log,
    hooks: {
      onAssigned: async (assignment) => {
        for (const [where, offset] of await youngBeginnings(kafka, groupId, assignment, options.decide)) {
          consumer.rewind(where, offset);
        }
      },
    },
    onBatch: async (batch, context) => {
      const pending: Promise<UrgentDecision[]>[] = [];
      for (const record of batch.records()) pending.push(decideRecord(batch, record));
      // All ends are awaited before a failure is raised, so that no decision is under way when the batch is read again.
      const ends = await Promise.allSettled(pending);
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
      if (context.isStale()) return;
      options.onRead(batch.count);
      options.onDecisions(ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : [])));
    },
  });
  return consumer;
}

/** Where partitions without a commit begin: the first record young enough to be urgent. */
async function youngBeginnings(
  kafka: Kafka,
  groupId: string,
  assignment: readonly TopicPartition[],
  { maxAgeMs, now }: Pick<UrgencyDependencies, 'maxAgeMs' | 'now'>,
): Promise<[TopicPartition, bigint][]> {
  const topics = [...new Set(assignment.map(({ topic }) => topic))];
  const committed = await committedOffsets(kafka, groupId, topics);
  const fresh = assignment.filter(({ topic, partition }) => committed.get(topic)?.get(partition) === undefined);
  const beginnings: [TopicPartition, bigint][] = [];
  for (const topic of new Set(fresh.map((where) => where.topic))) {
    const offsets = await offsetsAtTimestamp(kafka, topic, now() - maxAgeMs);
    for (const where of fresh) {
      const offset = where.topic === topic ? offsets.get(where.partition) : undefined;
      if (offset !== undefined) beginnings.push([where, offset]);
    }
  }
  return beginnings;
}
