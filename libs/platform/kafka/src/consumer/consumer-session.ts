import { RetryableError } from '@millrace/platform-errors';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { brokerErrorType, isMembershipError, toKafkaError } from '../client/kafka-error';
import { silentLog, type KafkaLog } from '../client/kafka-log';
import { installRawRecordBatches } from '../raw/raw-record-batches';
import { backoffMs, DEFAULT_BACKOFF } from './backoff';
import type { BatchContext, CommitOutcome } from './batch-handler';
import type { BatchConsumerDeps } from './consumer-options';
import { PartitionStates } from './partition-state';
import { createRecordBatchView, type RecordBatchView } from './record-batch-view';
import type { TopicPartition, TopicPartitionOffset } from './topic-partition';

const ASSIGNMENT_OVER = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_INSTANCE_ID',
]);
const RETRY = 'retry';

export interface SessionCallbacks {
  /** The next epoch, counted over all sessions of a consumer. */
  nextEpoch(): number;
  onJoined(): void;
}

/** One life of a kafkajs consumer: from subscribing to a crash or an orderly end. Never restarts itself. */
export class ConsumerSession {
  readonly topics: readonly string[];
  /** Resolves with the reason when kafkajs gives up. */
  readonly crashed: Promise<unknown>;
  readonly #deps: BatchConsumerDeps;
  readonly #callbacks: SessionCallbacks;
  readonly #log: KafkaLog;
  readonly #consumer: Consumer;
  readonly #states = new PartitionStates();
  #reportCrash: (reason: unknown) => void = () => undefined;
  #running: Promise<void> | undefined;
  #epoch = 0;
  #assignment: TopicPartition[] = [];
  #assigned: Promise<void> = Promise.resolve();
  #sendCommit: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;
  #isClosing = false;
  readonly #endRawRecords: () => void;

  constructor(topics: readonly string[], deps: BatchConsumerDeps, callbacks: SessionCallbacks) {
    this.topics = topics;
    this.#deps = deps;
    this.#callbacks = callbacks;
    this.#log = deps.log ?? silentLog;
    this.#endRawRecords = deps.rawRecords === true ? installRawRecordBatches(topics) : () => undefined;
    this.crashed = new Promise((resolve) => (this.#reportCrash = resolve));
    this.#consumer = deps.kafka.consumer({
      groupId: deps.groupId,
      allowAutoTopicCreation: false,
      sessionTimeout: deps.sessionTimeoutMs ?? 30_000,
      rebalanceTimeout: deps.rebalanceTimeoutMs ?? 60_000,
      heartbeatInterval: deps.heartbeatIntervalMs ?? 3_000,
      minBytes: deps.minBytes ?? 1,
      maxBytes: deps.maxBytes ?? 10 * 1024 * 1024,
      maxBytesPerPartition: deps.maxBytesPerPartition ?? 1024 * 1024,
      maxWaitTimeInMs: deps.maxWaitTimeMs ?? 250,
      // Who restarts, with what backoff and which topics, is decided in one place: batch-consumer.ts.
      retry: { retries: 3, restartOnFailure: () => Promise.resolve(false) },
    });
    this.#consumer.on('consumer.group_join', ({ payload }) => this.#onJoined(payload.memberAssignment));
    this.#consumer.on('consumer.crash', ({ payload }) => this.#reportCrash(payload.error));
    this.#consumer.on('consumer.end_batch_process', ({ payload }) => {
      if (payload.batchSize === 0) this.#onSkipped(payload);
    });
  }

  get epoch(): number {
    return this.#epoch;
  }

  get assignment(): readonly TopicPartition[] {
    return this.#assignment;
  }

  async open(): Promise<void> {
    await this.#consumer.connect();
    // Closed while it was connecting: nobody reads.
    if (this.#isClosing) return this.#consumer.disconnect();
    // Without `fromBeginning` kafkajs jumps to the log end after retention and on new partitions, silently.
    await this.#consumer.subscribe({ topics: [...this.topics], fromBeginning: true });
    if (this.#isClosing) return this.#consumer.disconnect();
    this.#running = this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.#deps.partitionsConsumedConcurrently ?? 1,
      eachBatch: (payload) => this.#onBatch(payload),
    });
    this.#running
      .then(
        () => (this.#isClosing ? this.#consumer.disconnect() : undefined),
        (error: unknown) => this.#reportCrash(error),
      )
      .catch(() => undefined);
  }

  /** Flush hook first, while commits are still taken, then running handlers, then leaves the group. */
  async close({ isOrderly }: { readonly isOrderly: boolean }): Promise<void> {
    const patience = this.#deps.drainTimeoutMs ?? 30_000;
    if (isOrderly && this.#assignment.length > 0) {
      this.pause(this.#assignment, 'closing');
      await within(patience, async () => this.#deps.hooks?.onRevoking?.(this.#epoch)).catch((error: unknown) =>
        this.#log.warn({ err: error, groupId: this.#deps.groupId }, 'flushing before leaving the group failed'),
      );
    }
    this.#isClosing = true;
    await within(patience, async () => this.#running).catch(() => undefined);
    await within(patience, () => this.#consumer.disconnect()).catch((error: unknown) =>
      this.#log.warn({ err: error, groupId: this.#deps.groupId }, 'leaving the group failed'),
    );
    this.#endRawRecords();
    this.#states.clear();
    this.#assignment = [];
  }

  oldestFailure(): ReturnType<PartitionStates['oldestFailure']> {
    return this.#states.oldestFailure();
  }

  position(where: TopicPartition): bigint | undefined {
    return this.#states.of(where).position;
  }

  async commit(offsets: readonly TopicPartitionOffset[], epoch: number): Promise<CommitOutcome> {
    if (epoch !== this.#epoch) return 'stale';
    const news = offsets.filter((offset) => offset.nextOffset > (this.#states.of(offset).committed ?? -1n));
    if (news.length === 0) return 'unchanged';
    if (this.#sendCommit === undefined) return 'not_ready';
    try {
      // Not consumer.commitOffsets: that one retries, after a rejoin with the new generation, and the broker takes it.
      // This reads the generation in the same turn as the epoch above, so the broker refuses it once it is over.
      await this.#sendCommit({ topics: byTopic(news) });
    } catch (error) {
      const type = brokerErrorType(error) ?? '';
      // kafkajs learns this from its heartbeats, which it leaves out for as long as the wall clock has been set back.
      if (type === 'UNKNOWN_MEMBER_ID') this.#reportCrash(error);
      if (ASSIGNMENT_OVER.has(type)) return 'stale';
      throw toKafkaError(error, 'Committing offsets failed', { groupId: this.#deps.groupId });
    }
    if (epoch !== this.#epoch) return 'stale';
    for (const offset of news) this.#states.of(offset).committed = offset.nextOffset;
    return 'committed';
  }

  pause(partitions: readonly TopicPartition[], reason: string): void {
    for (const where of partitions) {
      this.#states.of(where).pauses.add(reason);
      this.#consumer.pause([{ topic: where.topic, partitions: [where.partition] }]);
    }
  }

  resume(partitions: readonly TopicPartition[], reason: string): void {
    for (const where of partitions) {
      const { pauses } = this.#states.of(where);
      if (!pauses.delete(reason) || pauses.size > 0 || this.#isClosing) continue;
      this.#consumer.resume([{ topic: where.topic, partitions: [where.partition] }]);
    }
  }

  /** Reads again from `to`, by default from what is committed in this epoch, else from where the epoch began. */
  rewind(where: TopicPartition, to?: bigint): void {
    const state = this.#states.of(where);
    const target = to ?? state.committed ?? this.#deps.startAt?.(where) ?? state.floor;
    if (target === undefined) return;
    state.position = target;
    this.#consumer.seek({ ...where, offset: String(target) });
  }

  #onJoined(memberAssignment: Record<string, number[]>): void {
    const epoch = (this.#epoch = this.#callbacks.nextEpoch());
    const previous = this.#assignment;
    this.#states.clear();
    this.#assignment = Object.entries(memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    // kafkajs keeps pauses over a rejoin, but those who paused belong to the epoch that is over.
    for (const { topic, partition } of previous) this.#consumer.resume([{ topic, partitions: [partition] }]);
    for (const where of this.#assignment) {
      const start = this.#deps.startAt?.(where);
      if (start === undefined) continue;
      this.#states.of(where).position = start;
      this.#consumer.seek({ ...where, offset: String(start) });
    }
    this.#assigned = (async () => this.#deps.hooks?.onAssigned?.(this.#assignment, epoch))();
    this.#assigned.catch((error: unknown) => this.#reportCrash(error));
    this.#callbacks.onJoined();
  }

  #onSkipped(event: {
    readonly topic: string;
    readonly partition: number;
    readonly firstOffset: string | null;
    readonly lastOffset: string;
    readonly highWatermark: string;
  }): void {
    const { topic, partition } = event;
    const state = this.#states.of({ topic, partition });
    const from = state.position ?? BigInt(event.firstOffset ?? event.lastOffset);
    const to = BigInt(event.lastOffset) + 1n;
    state.floor ??= from;
    state.position = to;
    const highWatermark = BigInt(event.highWatermark);
    this.#deps.hooks?.onSkipped?.({ topic, partition, from, to, highWatermark }, this.#epoch);
  }

  async #onBatch(payload: EachBatchPayload): Promise<void> {
    if (this.#isClosing) return;
    this.#sendCommit = payload.commitOffsetsIfNecessary;
    const batch = createRecordBatchView(payload.batch);
    const where: TopicPartition = { topic: batch.topic, partition: batch.partition };
    const epoch = this.#epoch;
    await this.#assigned;
    if (batch.count === 0 && epoch === this.#epoch) return this.#onEmptyBatch(payload, batch);
    const state = this.#states.of(where);
    state.floor ??= batch.fetchedOffset;
    state.position = batch.fetchedOffset;

    const isStale = (): boolean =>
      epoch !== this.#epoch || this.#isClosing || payload.isStale() || !payload.isRunning();
    let resolved: bigint | undefined;
    let membershipError: unknown;
    const context: BatchContext = {
      epoch,
      isStale,
      heartbeat: async () => {
        try {
          await payload.heartbeat();
        } catch (error) {
          membershipError = error;
          throw error;
        }
      },
      resolve: (nextOffset) => {
        resolved = nextOffset;
        if (!isStale()) this.#resolve(payload, batch, nextOffset);
      },
      commit: (nextOffset = batch.nextOffset, metadata) =>
        this.commit([{ ...where, nextOffset, ...(metadata === undefined ? {} : { metadata }) }], epoch),
      pause: () => {
        const reason = `handler ${String(batch.fetchedOffset)}`;
        this.pause([where], reason);
        return () => {
          if (epoch === this.#epoch) this.resume([where], reason);
        };
      },
    };
    try {
      await this.#deps.onBatch(batch, context);
      if (isStale()) return;
      if (resolved === undefined) this.#resolve(payload, batch, batch.nextOffset);
      state.failures = 0;
      state.failing = undefined;
      if (this.#deps.commitAfterBatch === true) await context.commit(resolved ?? batch.nextOffset);
    } catch (error) {
      // kafkajs has to see these to join again. The handler may have replaced the error by its own.
      if (membershipError !== undefined) throw membershipError;
      if (isMembershipError(error)) throw error;
      if (epoch !== this.#epoch || this.#isClosing) return;
      this.#retryLater(where, error, epoch);
    }
  }

  /** Undecoded record batches can turn out to be empty: compaction keeps them, or all they hold is below the offset. */
  #onEmptyBatch(payload: EachBatchPayload, batch: RecordBatchView): void {
    const { topic, partition, nextOffset: to, highWatermark } = batch;
    const state = this.#states.of(batch);
    const from = state.position ?? batch.fetchedOffset;
    state.floor ??= from;
    this.#resolve(payload, batch, to);
    this.#deps.hooks?.onSkipped?.({ topic, partition, from, to, highWatermark }, this.#epoch);
  }

  #resolve(payload: EachBatchPayload, batch: RecordBatchView, nextOffset: bigint): void {
    payload.resolveOffset(String(nextOffset - 1n));
    this.#states.of(batch).position = nextOffset;
  }

  /** The partition rests, then reads again from the last commit. Others go on; nothing is skipped. */
  #retryLater(where: TopicPartition, error: unknown, epoch: number): void {
    const state = this.#states.of(where);
    state.failures += 1;
    state.failing = { since: state.failing?.since ?? Date.now(), error };
    const retryInMs = backoffMs(this.#deps.backoff ?? DEFAULT_BACKOFF, state.failures);
    this.#log.warn({ err: error, ...where, failures: state.failures, retryInMs }, 'batch handler failed, will retry');
    this.#deps.hooks?.onHandlerError?.(error, where, retryInMs);
    this.pause([where], RETRY);
    this.rewind(where);
    clearTimeout(state.retryTimer);
    state.retryTimer = setTimeout(() => {
      if (epoch === this.#epoch) this.resume([where], RETRY);
    }, retryInMs);
  }
}

function byTopic(offsets: readonly TopicPartitionOffset[]) {
  const topics = new Map<string, { partition: number; offset: string; metadata: string | null }[]>();
  for (const { topic, partition, nextOffset, metadata } of offsets) {
    const partitions = topics.get(topic) ?? [];
    partitions.push({ partition, offset: String(nextOffset), metadata: metadata ?? null });
    topics.set(topic, partitions);
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }));
}

async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new RetryableError(`Not done within ${ms} ms`, { code: 'DEADLINE_EXCEEDED' })), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
