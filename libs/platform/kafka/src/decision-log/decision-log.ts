import { RetryableError, type MillraceError } from '@millrace/platform-errors';
import type { Admin, Kafka } from 'kafkajs';
import { uuidv7 } from 'uuidv7';
import { logBounds } from '../admin/log-offsets';
import { topicIds } from '../admin/topic-ids';
import { silentLog, type KafkaLog } from '../client/kafka-log';
import { createBatchConsumer, type BatchConsumer } from '../consumer/batch-consumer';
import { forgetPrivateGroup, privateGroup } from '../consumer/private-group';
import type { KafkaRecord, RecordBatchView } from '../consumer/record-batch-view';
import { createBatchProducer } from '../producer/batch-producer';
import { readTopics } from '../topics/read-topics';
import { assertDecisionTopic, assertLogContinues, brokenLog } from './check-topic';
import { DecisionState } from './decision-state';
import type { Entry } from './entry';
import { PositionWaiters } from './position-waiters';
import { toKafkaError } from '../client/kafka-error';

const PROPOSAL_HEADER = 'proposal-id';
const DEFAULT_FETCH_WAIT_MS = 100;
/** A log deleted and created again looks like itself by its offsets; asking for its id costs a connection. */
const IDENTITY_CHECK_INTERVAL_MS = 5_000;

export interface DecisionLogDeps<T> {
  readonly kafka: Kafka;
  readonly topic: string;
  /** Throws or returns undefined for bytes that are no decision: counted, reported, never a winner. Must be the same
   *  function on every replica: a replica that reads less would see other winners. */
  readonly parse: (value: Buffer) => T | undefined;
  readonly serialize: (value: T) => Buffer;
  /** Begin with entries mirrored elsewhere: all winners below `offset`. */
  readonly startFrom?: { readonly offset: bigint; readonly entries: Iterable<Entry<T>> };
  /** For one proposal or refresh. */
  readonly timeoutMs?: number;
  /** How long the broker may hold a fetch without records, and a stop may take. Default 100: a command ends quickly. */
  readonly maxWaitTimeMs?: number;
  readonly onUnparsable?: (record: KafkaRecord, error: unknown) => void;
  /** The log is not the log it was (truncated, re-created): this replica must stop deciding. */
  readonly onBroken?: (error: MillraceError) => void;
  readonly log?: KafkaLog;
}

export interface Decision<T> {
  readonly won: boolean;
  readonly winner: Entry<T>;
}

export interface DecisionLog<T> {
  /** Reads to the log end at the time of the call. Rejects when the topic cannot hold decisions. */
  start(): Promise<void>;
  /**
   * Appends with acks=all unless the key is decided already, then reads the log until it knows. Rejects with a
   * RetryableError when Kafka does not answer in time: the proposal may have been written, so propose again with the
   * same `proposalId` (won stays won) or look at `winner` after a `refresh`.
   */
  propose(key: string, value: T, options?: { readonly proposalId?: string }): Promise<Decision<T>>;
  winner(key: string): Entry<T> | undefined;
  /** Winning entries in log order, at or after offset `from`. */
  entries(options?: { readonly from?: bigint }): Entry<T>[];
  /** The latest winning entry. */
  head(): Entry<T> | undefined;
  /** Winning entries from now on, in order, each once. Together with `entries()` in the same turn nothing is missed. */
  onEntry(listener: (entry: Entry<T>) => void): () => void;
  /** Everything below this offset has been read. */
  position(): bigint;
  /** Resolves once the record at `offset` has been read; DEADLINE_EXCEEDED at `deadline` (epoch milliseconds). */
  waitFor(offset: bigint, deadline: number): Promise<void>;
  /** Reads to the log end at the time of the call. */
  refresh(): Promise<void>;
  counts(): { readonly winners: number; readonly lost: number; readonly unparsable: number };
  stop(): Promise<void>;
}

/**
 * One primitive for every decision that exactly one of several replicas must make: the first record for a key in a
 * single-partition topic wins, and everybody, the proposer included, learns it by reading the log.
 */
export function createDecisionLog<T>(deps: DecisionLogDeps<T>): DecisionLog<T> {
  const { kafka, topic } = deps;
  const log = deps.log ?? silentLog;
  const timeoutMs = deps.timeoutMs ?? 15_000;
  const state = new DecisionState<T>(deps.startFrom?.offset, deps.startFrom?.entries);
  const waiters = new PositionWaiters();
  const listeners = new Set<(entry: Entry<T>) => void>();
  const admin: Admin = kafka.admin();
  const producer = createBatchProducer({ kafka, lingerMs: 0, deliveryTimeoutMs: timeoutMs, log });
  let unparsable = 0;
  let broken: MillraceError | undefined;
  let topicId: string | undefined;
  let identityCheckedAt = 0;
  let isReading = false;
  const groupId = privateGroup(topic, 'decision-log');

  const reader: BatchConsumer = createBatchConsumer({
    kafka,
    groupId,
    topics: [topic],
    startAt: () => state.position,
    maxWaitTimeMs: deps.maxWaitTimeMs ?? DEFAULT_FETCH_WAIT_MS,
    discoveryIntervalMs: 0,
    backoff: { firstMs: 100, longestMs: 5_000 },
    log,
    onBatch: async (batch) => applyBatch(batch),
    hooks: { onAssigned: () => checkIdentity(), onSkipped: ({ to }) => advance(to) },
  });

  function applyBatch(batch: RecordBatchView): void {
    if (broken !== undefined) return;
    if (batch.fetchedOffset > state.position) {
      // kafkajs answers "offset out of range" by moving on silently.
      return breakLog(
        brokenLog(topic, `records ${state.position} to ${batch.fetchedOffset - 1n} are gone`, {
          position: state.position,
          fetchedOffset: batch.fetchedOffset,
        }),
      );
    }
    for (const record of batch.records()) {
      const entry = toEntry(record);
      if (entry === undefined) state.skipTo(record.offset + 1n);
      else if (state.apply(entry) === 'won') tell(entry);
    }
    advance(batch.nextOffset);
  }

  function advance(position: bigint): void {
    state.skipTo(position);
    waiters.reached(state.position);
  }

  function toEntry(record: KafkaRecord): Entry<T> | undefined {
    if (record.offset < state.position) return undefined;
    let problem: unknown = 'no key or no value';
    if (record.key !== null && record.value !== null) {
      try {
        const value = deps.parse(record.value);
        if (value !== undefined) {
          const proposalId = record.headers[PROPOSAL_HEADER];
          return {
            key: record.key.toString('utf8'),
            value,
            offset: record.offset,
            appendedAt: record.timestamp,
            ...(proposalId === undefined ? {} : { proposalId: String(proposalId) }),
          };
        }
        problem = 'not a decision';
      } catch (error) {
        problem = error;
      }
    }
    unparsable += 1;
    log.warn({ topic, offset: String(record.offset), err: problem }, 'a record of the decision log cannot be read');
    deps.onUnparsable?.(record, problem);
    return undefined;
  }

  function tell(entry: Entry<T>): void {
    for (const listener of listeners) {
      try {
        listener(entry);
      } catch (error) {
        log.error({ topic, key: entry.key, err: error }, 'a listener of the decision log failed');
      }
    }
  }

  function breakLog(error: MillraceError): void {
    if (broken !== undefined) return;
    broken = error;
    log.error({ topic, err: error }, error.message);
    waiters.fail(error);
    deps.onBroken?.(error);
  }

  function assertWhole(): void {
    if (broken !== undefined) throw broken;
  }

  /** Remembers the topic's id the first time; breaks the log when it is another one later. */
  const checkIdentity = async (): Promise<void> => {
    const id = (await topicIds(kafka, [topic]))?.get(topic);
    identityCheckedAt = Date.now();
    topicId ??= id;
    // A missing topic is missing for everybody and no decision can be made; only another one is a danger.
    if (id !== undefined && id !== topicId)
      breakLog(brokenLog(topic, 'it was deleted and created again', { topicId, now: id }));
  };

  const waitFor = async (offset: bigint, deadline: number): Promise<void> => {
    assertWhole();
    if (offset < state.position || (await waiters.wait(offset, deadline))) return;
    throw new RetryableError(`Decision log ${topic} was not read up to offset ${offset} in time`, {
      code: 'DEADLINE_EXCEEDED',
      details: { topic, offset: String(offset), position: String(state.position) },
    });
  };

  /** The bounds now; a log that ends before what was read, or begins after it, is another log. */
  const readEnd = async (): Promise<bigint> => {
    const bounds = await logBounds(admin, topic);
    try {
      assertLogContinues(topic, state.position, bounds);
    } catch (error) {
      // The reader may have passed an end that was asked for a moment ago.
      if ((bounds.ends.get(0) ?? 0n) < state.position) {
        const again = await logBounds(admin, topic);
        if ((again.ends.get(0) ?? 0n) >= state.position) return again.ends.get(0) ?? 0n;
      }
      breakLog(error as MillraceError);
      throw error;
    }
    return bounds.ends.get(0) ?? 0n;
  };

  const readToEnd = async (): Promise<void> => {
    assertWhole();
    const deadline = Date.now() + timeoutMs;
    const end = await readEnd();
    if (Date.now() - identityCheckedAt > IDENTITY_CHECK_INTERVAL_MS) await checkIdentity();
    assertWhole();
    if (end > state.position) await waitFor(end - 1n, deadline);
  };

  return {
    async start() {
      try {
        await admin.connect();
        assertDecisionTopic(topic, (await readTopics(admin, [topic])).get(topic));
        await readEnd();
      } catch (error) {
        throw toKafkaError(error, `Starting decision log ${topic} failed`, { topic });
      }
      isReading = true;
      await Promise.all([producer.connect([topic]), reader.start()]);
      await readToEnd();
    },

    async propose(key, value, { proposalId = uuidv7() } = {}) {
      assertWhole();
      const deadline = Date.now() + timeoutMs;
      const decided = state.winner(key);
      if (decided !== undefined) return { won: decided.proposalId === proposalId, winner: decided };
      const { offset } = await producer.send({
        topic,
        partition: 0,
        key,
        value: deps.serialize(value),
        headers: { [PROPOSAL_HEADER]: proposalId },
      });
      await waitFor(offset, deadline);
      const winner = state.winner(key);
      if (winner === undefined) {
        throw brokenLog(topic, `its own record at ${offset} for ${key} cannot be read back`, { offset, key });
      }
      return { won: winner.proposalId === proposalId, winner };
    },

    winner: (key) => state.winner(key),
    entries: ({ from = 0n } = {}) => state.entriesFrom(from),
    head: () => state.head(),
    onEntry(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    position: () => state.position,
    waitFor,
    refresh: readToEnd,
    counts: () => ({ winners: state.size, lost: state.lost, unparsable }),

    async stop() {
      await Promise.allSettled([reader.stop(), producer.close()]);
      waiters.fail(new RetryableError(`Decision log ${topic} was stopped`, { code: 'SHUTTING_DOWN' }));
      if (isReading) await forgetPrivateGroup(admin, groupId);
      await admin.disconnect().catch(() => undefined);
    },
  };
}
