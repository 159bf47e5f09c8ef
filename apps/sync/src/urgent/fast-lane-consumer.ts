import type { TopicRules } from '@millrace/contract-signal';
import {
  committedOffsets,
  createBatchConsumer,
  offsetsAtTimestamp,
  type BatchConsumer,
  type KafkaClient,
  type KafkaLog,
  type KafkaRecord,
  type RecordBatchView,
  type SchemaRegistryCodec,
  type TopicPartition,
} from '@millrace/platform-kafka';

import { IDLE_FETCH_MS } from '../idle-fetch';
import { CommitFrontier } from './commit-frontier';
import { decideUrgency, type UrgencyDeps } from './decide-urgency';
import { emailOfUser, type EmailOfUser } from './known-emails';
import { createSignalReader } from './signal-reader';
import type { SignalAt, UrgentDecision } from './urgent-decision';

export interface FastLaneDeps {
  readonly kafka: KafkaClient;
  readonly registry: SchemaRegistryCodec;
  readonly topicPrefix: string;
  readonly discoveryIntervalMs: number;
  readonly sessionTimeoutMs: number;
  /** As windowing has them: see docs/guide/operate.md. */
  readonly rulesOf: (topic: string) => TopicRules;
  readonly decide: UrgencyDeps;
  /** A signal names a person's id and e-mail together. `stored` must be called in the end: the signal is committed after it. */
  readonly onIdentified: (pair: EmailOfUser, stored: () => void) => void;
  readonly sleep: (ms: number) => Promise<void>;
  readonly isStopping: () => boolean;
  readonly onDecisions: (decisions: readonly UrgentDecision[]) => void;
  readonly onRead: (records: number) => void;
  readonly log: KafkaLog;
}

/** Signals under way at the same time: those that wait for people and accounts, or for an e-mail, hold up no others. */
const MOST_DECIDING = 2_000;
const HEARTBEAT_MS = 50;
const PATIENCE_MS = 100;
const COMMIT_DELAY_MS = 200;
const FIRST_RETRY_MS = 50;
const LONGEST_DRAIN_MS = 2_000;
const LONGEST_RETRY_MS = 5_000;

/** In an object: a promise returned by itself would be waited for. */
interface Decision {
  readonly end: Promise<void>;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * The second consumer group over every signals.* topic. Records are judged as windowing does, then decoded by their writer's
 * schema to the few fields that rules look at. A partition that the group has never read begins where signals are still young
 * enough to be urgent.
 */
export function createFastLane(deps: FastLaneDeps): BatchConsumer {
  const { kafka, registry, topicPrefix, log } = deps;
  const groupId = `${topicPrefix}sync-urgent`;
  const readSignal = createSignalReader(registry);

  let epoch = -1;
  let frontier = new CommitFrontier();
  let deciding = 0;
  let committing: NodeJS.Timeout | undefined;
  /** Soon, for records that were done with after their batch was. */
  const commitLater = (): void => {
    committing ??= setTimeout(() => {
      committing = undefined;
      consumer.commit(frontier.offsets(), epoch).catch((error: unknown) => log.debug({ err: error }, 'commit failed'));
    }, COMMIT_DELAY_MS);
  };
  /** One record's decision, again until it is made: it holds up nothing but the commit. True once it is made. */
  const settle = async (at: SignalAt, isOver: () => boolean): Promise<boolean> => {
    for (let failures = 1; !isOver(); failures++) {
      try {
        deps.onDecisions(await decideUrgency(at, deps.decide, isOver));
        return true;
      } catch (error) {
        if (isOver()) return false;
        const { topic, partition, offset } = at;
        log.warn(
          { err: error, topic, partition, offset: String(offset), failures },
          'an urgent signal waits, will retry',
        );
        await deps.sleep(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures));
      }
    }
    return false;
  };

  /** The decision under way, if the record needs one. */
  const readRecord = async (
    batch: RecordBatchView,
    record: KafkaRecord,
    of: number,
    rules: TopicRules,
  ): Promise<Decision | undefined> => {
    const signal = await readSignal(record, rules);
    if (signal === null) return undefined;
    const isOver = (): boolean => of !== epoch || deps.isStopping();
    const hold = (): (() => void) => {
      const release = frontier.hold(batch, record.offset);
      return () => {
        release();
        if (of === epoch) commitLater();
      };
    };
    const pair = emailOfUser(signal, deps.decide.now());
    if (pair !== null) deps.onIdentified(pair, hold());
    if (!deps.decide.matcher.knowsType(signal.type)) return undefined;
    const { topic, partition } = batch;
    const at = { signal, topic, partition, offset: record.offset, appended_at: record.timestamp };
    const release = hold();
    deciding += 1;
    const end = settle(at, isOver).then((isMade) => {
      deciding -= 1;
      if (isMade) release();
    });
    return { end };
  };

  const consumer = createBatchConsumer({
    kafka,
    groupId,
    topics: new RegExp(`^${escaped(topicPrefix)}signals\\.[a-z][a-z0-9_-]*\\.v1$`),
    discoveryIntervalMs: deps.discoveryIntervalMs,
    partitionsConsumedConcurrently: 3,
    maxWaitTimeMs: IDLE_FETCH_MS,
    sessionTimeoutMs: deps.sessionTimeoutMs,
    log,
    hooks: {
      onAssigned: async (assignment, of) => {
        epoch = of;
        frontier = new CommitFrontier();
        for (const [where, offset] of await youngBeginnings(kafka, groupId, assignment, deps.decide)) {
          consumer.rewind(where, offset);
        }
      },
      // Waits have ended by now; what is on its way to a topic gets there, so that the next reader need not repeat it.
      onRevoking: async (of) => {
        for (let waited = 0; deciding > 0 && waited < LONGEST_DRAIN_MS; waited += HEARTBEAT_MS) {
          await deps.sleep(HEARTBEAT_MS);
        }
        await consumer.commit(frontier.offsets(), of);
      },
    },
    onBatch: async (batch, context) => {
      const rules = deps.rulesOf(batch.topic);
      // In the log's order: what a person is known by is learned before what they ask for next.
      const ends: Promise<void>[] = [];
      for (const record of batch.records()) {
        const decision = await readRecord(batch, record, context.epoch, rules);
        if (decision !== undefined) ends.push(decision.end);
        while (deciding >= MOST_DECIDING && !context.isStale()) {
          await context.heartbeat();
          await deps.sleep(HEARTBEAT_MS);
        }
        if (context.isStale()) return;
      }
      frontier.read(batch, batch.nextOffset);
      deps.onRead(batch.count);
      // Most end at once; a fetch and a commit for each record would cost more than this wait. The others go on alone.
      if (ends.length > 0) await Promise.race([Promise.all(ends), deps.sleep(PATIENCE_MS)]);
      if (context.isStale()) return;
      await context.commit(frontier.offset(batch));
    },
  });
  return consumer;
}

/** Where partitions without a commit begin: the first record young enough to be urgent. */
async function youngBeginnings(
  kafka: KafkaClient,
  groupId: string,
  assignment: readonly TopicPartition[],
  { maxAgeMs, now }: Pick<UrgencyDeps, 'maxAgeMs' | 'now'>,
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
