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
import { assertDecisionTopic, assertLogContinues, brokenLog, unreadable } from './check-topic';
import { decisionOf, type Content } from './decision-of';
import { DecisionState } from './decision-state';
import { isRead, type AnyEntry, type Entry, type Winner } from './entry';
import { PositionWaiters } from './position-waiters';
import { toKafkaError } from '../client/kafka-error';

const PROPOSAL_HEADER = 'proposal-id';
const DEFAULT_FETCH_WAIT_MS = 100;
/** A log deleted and created again looks like itself by its offsets; asking for its id costs a connection. */
const IDENTITY_CHECK_INTERVAL_MS = 5_000;

export interface DecisionLogDeps<T> {
  readonly kafka: Kafka;
  readonly topic: string;
  /**
   * What a record that has won says; called once for each. Undefined: of a kind that this reader does not know or need. Throws for
   * content that it needs and cannot read. Decides nothing: replicas whose versions read differently see the same winners.
   */
  readonly read: (content: Content, key: string) => T | undefined;
  /** Begin with entries mirrored elsewhere: all winners below `offset`. */
  readonly startFrom?: { readonly offset: bigint; readonly entries: Iterable<Entry<T>> };
  /** For one proposal or refresh. */
  readonly timeoutMs?: number;
  /** How long the broker may hold a fetch without records, and a stop may take. Default 100: a command ends quickly. */
  readonly maxWaitTimeMs?: number;
  /** For a record that is no decision: it has no key, or its value is no JSON object. */
  readonly onUnparsable?: (record: KafkaRecord) => void;
  /** The log is not the log it was (truncated, re-created): this replica must stop deciding. */
  readonly onBroken?: (error: MillraceError) => void;
  readonly log?: KafkaLog;
}

export interface Decision<T> {
  readonly won: boolean;
  readonly winner: AnyEntry<T>;
}

/** `T` is what is read, `W` what is written: a JSON object. */
export interface DecisionLog<T, W = T> {
  /** Reads to the log end at the time of the call. Rejects when the topic cannot hold decisions. */
  start(): Promise<void>;
  /**
   * Appends with acks=all unless the key is decided already, then reads the log until it knows. Rejects with a
   * RetryableError when Kafka does not answer in time: the proposal may have been written, so propose again with the
   * same `proposalId` (won stays won) or look at `winner` after a `refresh`.
   */
  propose(key: string, value: W, options?: { readonly proposalId?: string }): Promise<Decision<T>>;
  /** Who has won the key, read or not; `valueOf` says what it says. */
  winner(key: string): AnyEntry<T> | undefined;
  /** Winning entries that are read, in log order, at or after offset `from`. Throws as `assertReadable` does. */
  entries(options?: { readonly from?: bigint }): Entry<T>[];
  /** The latest of them. Throws as `assertReadable` does. */
  head(): Entry<T> | undefined;
  /** Throws a ContractError that names the first winner whose content cannot be read. Kinds that are not known do not count. */
  assertReadable(): void;
  /** Winning entries from now on, read or not, in order, each once. Together with `entries()` in the same turn nothing is missed. */
  onEntry(listener: (entry: AnyEntry<T>) => void): () => void;
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
export function createDecisionLog<T, W = T>(deps: DecisionLogDeps<T>): DecisionLog<T, W> {
  const { kafka, topic } = deps;
  const log = deps.log ?? silentLog;
  const timeoutMs = deps.timeoutMs ?? 15_000;
  const state = new DecisionState<AnyEntry<T>>(deps.startFrom?.offset, deps.startFrom?.entries);
  const waiters = new PositionWaiters();
  const listeners = new Set<(entry: AnyEntry<T>) => void>();
  const admin: Admin = kafka.admin();
  const producer = createBatchProducer({ kafka, lingerMs: 0, deliveryTimeoutMs: timeoutMs, log });
  let unparsable = 0;
  let firstUnread: MillraceError | undefined;
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
    for (const record of batch.records()) if (record.offset >= state.position) applyRecord(record);
    advance(batch.nextOffset);
  }

  function advance(position: bigint): void {
    state.skipTo(position);
    waiters.reached(state.position);
  }

  /** The key decides before the content is read. */
  function applyRecord(record: KafkaRecord): void {
    const decision = decisionOf(record);
    if (decision === undefined) {
      state.skipTo(record.offset + 1n);
      unparsable += 1;
      log.warn(
        { topic, offset: String(record.offset) },
        'a record of the decision log has no key or is no JSON object',
      );
      deps.onUnparsable?.(record);
      return;
    }
    const [key, content] = decision;
    const proposalId = record.headers[PROPOSAL_HEADER];
    const winner: Winner = {
      key,
      offset: record.offset,
      appendedAt: record.timestamp,
      ...(proposalId === undefined ? {} : { proposalId: String(proposalId) }),
    };
    const hasLost = state.winner(key) !== undefined;
    const entry: AnyEntry<T> = hasLost
      ? { ...winner, value: undefined, problem: undefined }
      : readEntry(winner, content);
    if (state.apply(entry) === 'won') tell(entry);
  }

  function readEntry(winner: Winner, content: Content): AnyEntry<T> {
    try {
      const value = deps.read(content, winner.key);
      if (value !== undefined) return { ...winner, value };
      return { ...winner, value: undefined, problem: undefined };
    } catch (error) {
      const problem = unreadable(topic, winner, error);
      firstUnread ??= problem;
      log.error({ topic, offset: String(winner.offset), err: problem }, problem.message);
      return { ...winner, value: undefined, problem };
    }
  }

  function tell(entry: AnyEntry<T>): void {
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

  function assertReadable(): void {
    if (firstUnread !== undefined) throw firstUnread;
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
        value: Buffer.from(JSON.stringify(value)),
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
    entries({ from = 0n } = {}) {
      assertReadable();
      return state.entriesFrom(from).filter(isRead);
    },
    head() {
      assertReadable();
      return state.last(isRead);
    },
    assertReadable,
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
