import { RetryableError, type MillraceError } from '@millrace/platform-errors';
import type { Kafka } from 'kafkajs';
import { logEnds } from '../admin/log-offsets';
import { withAdmin } from '../admin/with-admin';
import { silentLog, type KafkaLog } from '../client/kafka-log';
import { createBatchConsumer } from '../consumer/batch-consumer';
import { forgetPrivateGroup, privateGroup } from '../consumer/private-group';
import type { KafkaRecord } from '../consumer/record-batch-view';
import { partitionId, type TopicPartition } from '../consumer/topic-partition';
import { selectTopics, type TopicSelection } from '../consumer/topic-selection';
import { ViewProgress } from './view-progress';

export interface ViewRecord extends KafkaRecord {
  readonly topic: string;
  readonly value: Buffer;
}

export interface CompactedViewDeps<T> {
  readonly kafka: Kafka;
  readonly topics: TopicSelection;
  /** Its private group is named after it; begins with the topic prefix, as an ACL on the prefix expects. */
  readonly name: string;
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
  /** Ready, connected, and not missing anything that was appended more than `maxBehindMs` ago. */
  isCurrent(maxBehindMs: number): boolean;
  /** Why it is not connected or not ready; undefined when nothing is known to be wrong. */
  problem(): MillraceError | undefined;
  /** Records known of and not applied yet. */
  lag(): number;
  get(topic: string, key: string): T | undefined;
  values(topic: string): ReadonlyMap<string, T>;
  /** `value` is undefined when the key was deleted by a tombstone. */
  onChange(listener: (topic: string, key: string, value: T | undefined) => void): () => void;
  counts(): { readonly keys: number; readonly unreadable: number };
  stop(): Promise<void>;
}

/** The latest value per key of compacted topics, in memory, kept up to date. */
export function createCompactedView<T>(deps: CompactedViewDeps<T>): CompactedView<T> {
  const { kafka } = deps;
  const log = deps.log ?? silentLog;
  const tables = new Map<string, Map<string, T>>();
  const progress = new ViewProgress();
  const groupId = privateGroup(deps.name, 'compacted-view');
  let incomplete: MillraceError | undefined;
  const listeners = new Set<(topic: string, key: string, value: T | undefined) => void>();
  let unreadable = 0;
  let isReady = false;
  let isStarted = false;
  let reportReady: () => void = () => undefined;
  const becameReady = new Promise<void>((resolve) => (reportReady = resolve));

  const table = (topic: string): Map<string, T> => {
    let values = tables.get(topic);
    if (values === undefined) tables.set(topic, (values = new Map<string, T>()));
    return values;
  };
  const advance = (where: TopicPartition, position: bigint): void => {
    progress.advance(where, position);
    checkReady();
  };
  const checkReady = (): void => {
    if (isReady || !progress.isComplete()) return;
    isReady = true;
    reportReady();
  };

  const apply = async (topic: string, record: KafkaRecord): Promise<void> => {
    if (record.key === null) return;
    const key = record.key.toString('utf8');
    const { value } = record;
    const parsed = value === null ? undefined : await deps.parse({ ...record, topic, value });
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
    groupId,
    topics: deps.topics,
    startAt: (where) => progress.position(where),
    partitionsConsumedConcurrently: 3,
    maxWaitTimeMs: deps.maxWaitTimeMs,
    log,
    ...(deps.discoveryIntervalMs === undefined ? {} : { discoveryIntervalMs: deps.discoveryIntervalMs }),
    onBatch: async (batch, context) => {
      progress.heard(batch, batch.fetchedOffset, batch.highWatermark, Date.now());
      for (const record of batch.records()) {
        if (record.offset < (progress.position(batch) ?? 0n)) continue;
        await apply(batch.topic, record);
        if (context.isStale()) return;
        advance(batch, record.offset + 1n);
      }
      advance(batch, batch.nextOffset);
    },
    hooks: {
      onSkipped: (skipped) => {
        progress.heard(skipped, skipped.from, skipped.highWatermark, Date.now());
        advance(skipped, skipped.to);
      },
      onAssigned: async () => {
        if (isReady) return;
        const found = await readEnds(kafka, deps.topics);
        incomplete = missingTopics(deps.topics, found.topics);
        if (incomplete === undefined) progress.expect(found.ends);
        checkReady();
      },
    },
  });

  return {
    start: () => {
      isStarted = true;
      return consumer.start();
    },
    ready: () => becameReady,
    isReady: () => isReady,
    isCurrent: (maxBehindMs) => isReady && consumer.isJoined() && progress.behindMs(Date.now()) <= maxBehindMs,
    problem: () => consumer.problem() ?? incomplete,
    lag: () => progress.lag(),
    get: (topic, key) => tables.get(topic)?.get(key),
    values: (topic) => table(topic),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    counts: () => ({ keys: [...tables.values()].reduce((sum, values) => sum + values.size, 0), unreadable }),
    async stop() {
      await consumer.stop();
      if (isStarted) await forgetPrivateGroup(kafka, groupId);
    },
  };
}

interface LogEnds {
  readonly topics: readonly string[];
  /** Of partitions that hold something. */
  readonly ends: ReadonlyMap<string, bigint>;
}

async function readEnds(kafka: Kafka, selection: TopicSelection): Promise<LogEnds> {
  return withAdmin(kafka, 'Reading the ends of compacted topics failed', async (admin) => {
    const ends = new Map<string, bigint>();
    const topics = selectTopics(selection, await admin.listTopics());
    for (const topic of topics) {
      for (const [partition, end] of await logEnds(admin, topic)) {
        if (end > 0n) ends.set(partitionId({ topic, partition }), end);
      }
    }
    return { topics, ends };
  });
}

/** A topic named and not there is not an empty topic: what it holds is unknown. */
function missingTopics(wanted: TopicSelection, found: readonly string[]): MillraceError | undefined {
  const missing = wanted instanceof RegExp ? [] : wanted.filter((topic) => !found.includes(topic));
  if (missing.length === 0) return undefined;
  return new RetryableError(`There is no topic ${missing.join(', ')}, or this user may not see it`, {
    code: 'TOPIC_MISSING',
    advice: "Create it with `npx millrace deploy`, or check this user's ACLs",
  });
}
