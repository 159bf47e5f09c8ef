import type { ClickHouse } from '@millrace/platform-clickhouse';

import type { ChainHead } from '../propose/facts';
import type { Proposal } from '../propose/proposal';
import { asDateTime } from '../read-query';
import { belowVector, inRanges, isWinner } from './vector-conditions';
import { rangesBetween, type OffsetRange } from './vector-ranges';

/** Which databases an attempt reads and writes. One database in service; replay writes to a scratch one. */
export interface Databases {
  /** signals_raw, signals_quarantined, signals_skipped. */
  readonly raw: string;
  /** The winners' rows of earlier steps. */
  readonly sealed: string;
  /** Where the attempt goes. */
  readonly target: string;
}

export interface Winner {
  readonly step: number;
  readonly attemptId: string;
}

/** One attempt at a step: everything its queries need. */
export interface StepContext {
  readonly clickhouse: ClickHouse;
  readonly databases: Databases;
  readonly previous: ChainHead;
  readonly proposal: Proposal;
  readonly attemptId: string;
  readonly ranges: readonly OffsetRange[];
  /** The server ends the insert after this; folding relies on it. */
  readonly longestInsertSeconds: number;
  readonly pieces: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, unknown>>;
}

export function createStepContext(input: {
  readonly clickhouse: ClickHouse;
  readonly databases: Databases;
  readonly previous: ChainHead;
  readonly proposal: Proposal;
  readonly attemptId: string;
  readonly foldedThrough: number;
  readonly winners: readonly Winner[];
  readonly longestInsertSeconds: number;
}): StepContext {
  const { previous, proposal, databases, attemptId } = input;
  const ranges = rangesBetween(previous.vector, proposal.vector);
  const below = belowVector(proposal.vector);
  const between = inRanges(ranges);
  const winner = isWinner(input.foldedThrough, input.winners);
  return {
    clickhouse: input.clickhouse,
    databases,
    previous,
    proposal,
    attemptId,
    ranges,
    longestInsertSeconds: input.longestInsertSeconds,
    pieces: { below_vector: below.sql, between_vectors: between.sql, is_winner: winner.sql },
    params: {
      ...databases,
      ...below.params,
      ...between.params,
      ...winner.params,
      step: proposal.step,
      attempt_id: attemptId,
      previous_closed_before: asDateTime(previous.closedBefore),
      closed_before: asDateTime(proposal.closedBefore),
    },
  };
}
