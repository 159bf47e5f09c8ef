import type { SealReason, SealStep, TopicVector } from '@millrace/contract-window';

/** What step n would be: T, V and why. */
export interface Proposal {
  readonly step: number;
  readonly reason: SealReason;
  /** T, epoch milliseconds. */
  readonly closedThrough: number;
  /** Every window that starts before it is closed as of the step. */
  readonly closedBefore: number;
  readonly vector: readonly TopicVector[];
  readonly incomplete: SealStep['incomplete'];
  readonly rebuild?: SealStep['rebuild'];
}

export type Proposed =
  | { readonly kind: 'propose'; readonly proposal: Proposal }
  | { readonly kind: 'wait'; readonly because: string; readonly behind?: readonly PartitionBehind[] };

export interface PartitionBehind {
  readonly topic: string;
  readonly partition: number;
  readonly position: number;
  /** Null: the broker does not answer for the partition. */
  readonly wanted: number | null;
}

export const wait = (because: string, behind?: readonly PartitionBehind[]): Proposed =>
  behind === undefined ? { kind: 'wait', because } : { kind: 'wait', because, behind };
