import type { TopicVector } from '@millrace/contract-window';

/** Where the chain stands: the previous step, or the beginning. */
export interface ChainHead {
  /** 0 before the first step. */
  readonly step: number;
  /** T, epoch milliseconds. */
  readonly closedThrough: number;
  /** Every window that starts before it is closed. */
  readonly closedBefore: number;
  readonly vector: readonly TopicVector[];
  /** When the previous step was proposed, epoch milliseconds. */
  readonly sealedAt: number;
}

export const GENESIS: ChainHead = { step: 0, closedThrough: 0, closedBefore: 0, vector: [], sealedAt: 0 };

/** An offset that the broker names for a partition; null when it does not answer for it. */
export interface PartitionFact {
  readonly topic: string;
  readonly topicEpoch: number;
  readonly partition: number;
  readonly offset: number | null;
}

/** Rows at or above the last vector, landed, in windows that are closed already. */
export interface LateFacts {
  readonly rows: number;
  /** Append times, epoch milliseconds; 0 when there are no rows. */
  readonly oldest: number;
  readonly newest: number;
}
