import type { QuarantineReason } from '@millrace/contract-signal';

/** Why a record is no signal. */
export interface Verdict {
  readonly reason: QuarantineReason;
  /** In words, for the person who mends the producer. */
  readonly detail: string;
}

/** What of a signal its verdict depends on. */
export interface SignalFacts {
  /** Epoch milliseconds; inexact above 2^53, which is refused anyway. */
  occurredAt: number;
  hasSignalId: boolean;
  hasIdentity: boolean;
}
