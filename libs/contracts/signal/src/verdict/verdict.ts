import type { QuarantineReason } from '../quarantine';

/** Why a record is not a signal. */
export interface Verdict {
  readonly reason: QuarantineReason;
  /** In words, for the person who mends the producer. */
  readonly detail: string;
}

/** What of a signal its verdict depends on. Times are epoch milliseconds; inexact above 2^53, which is refused anyway. */
export interface SignalFacts {
  occurredAt: number;
  receivedAt: number;
  hasSignalId: boolean;
  hasIdentity: boolean;
}

/** What a topic's signals are held against; see VerdictSettings. */
export interface TopicRules {
  readonly futureSlackMs: number;
  /** Infinity for import topics. */
  readonly horizonMs: number;
  /** False only when steps of rules before 2 are made again: they did not judge `received_at`. */
  readonly isReceiptJudged: boolean;
}
