import type { OffsetRange, RecordBatchView } from './record-batch-view';
import type { TopicPartition } from './topic-partition';

/**
 * committed: the broker has it. unchanged: it had it already. stale: the assignment it belongs to is over, nothing was
 * sent or the broker refused it. not_ready: no batch of this session has arrived, try after the next.
 */
export type CommitOutcome = 'committed' | 'unchanged' | 'stale' | 'not_ready';

export interface BatchContext {
  /** Counts assignments of this consumer. Work begun in an older epoch must not be committed. */
  readonly epoch: number;
  /** True once the assignment is over, the consumer stops or this partition was rewound: drop what is at hand. */
  isStale(): boolean;
  /** Call at least every heartbeat interval in long handlers. Throws when the membership is over: let it pass. */
  heartbeat(): Promise<void>;
  /** Only the batch's records below `nextOffset` are done; the rest is fetched again. Without a call the whole batch is. */
  resolve(nextOffset: bigint): void;
  /** Commits this partition up to `nextOffset` (default: the whole batch). Never moves backwards. */
  commit(nextOffset?: bigint, metadata?: string): Promise<CommitOutcome>;
  /** No more batches of this partition until the returned function is called (or a new epoch begins). */
  pause(): () => void;
}

export type BatchHandler = (batch: RecordBatchView, context: BatchContext) => Promise<void>;

export interface BatchHooks {
  /** A new epoch: what this consumer reads from now on. Batches wait until it resolves. */
  readonly onAssigned?: (assignment: readonly TopicPartition[], epoch: number) => Promise<void> | void;
  /** A fetch brought only markers or aborted records; the position has moved past them. */
  readonly onSkipped?: (
    skipped: TopicPartition & OffsetRange & { readonly highWatermark: bigint },
    epoch: number,
  ) => void;
  /** Before an orderly stop (shutdown, or new topics to read): flush and commit now, later is too late. */
  readonly onRevoking?: (epoch: number) => Promise<void> | void;
  /** A handler failed; it is called again from the last committed offset after `retryInMs`. */
  readonly onHandlerError?: (error: unknown, where: TopicPartition, retryInMs: number) => void;
}
