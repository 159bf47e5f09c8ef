import type { ClickHouse } from '@millrace/platform-clickhouse';

import { formsOf } from '../enrich/forms-of';
import type { NormalForms } from '../enrich/normal-forms';
import type { ChainHead } from '../propose/facts';
import type { Proposal } from '../propose/proposal';
import { asDateTime, readFragment } from '../read-query';
import { fieldExpressions } from './sealed-fields';
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
  /** How e-mails and domains of the step are normalised. */
  readonly forms: NormalForms;
  /** The server ends the insert after this; folding relies on it. */
  readonly longestInsertSeconds: number;
  /** Names of the queries that select the step's rows, and the offsets they come from. */
  readonly insertQuery: 'insert-attempt-rows' | 'insert-rebuilt-rows';
  readonly foundQuery: 'select-found-offsets' | 'select-rebuilt-offsets';
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
  /** Version of the normal forms; undefined: of a step from before it was recorded. */
  readonly formsVersion: number | undefined;
  /** Version of the signal's fields; undefined likewise. */
  readonly fieldsVersion: number | undefined;
}): StepContext {
  const { previous, proposal, databases, attemptId } = input;
  const forms = formsOf(input.formsVersion);
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
    forms,
    longestInsertSeconds: input.longestInsertSeconds,
    insertQuery: proposal.rebuild === undefined ? 'insert-attempt-rows' : 'insert-rebuilt-rows',
    foundQuery: proposal.rebuild === undefined ? 'select-found-offsets' : 'select-rebuilt-offsets',
    pieces: piecesOf(below.sql, between.sql, winner.sql, proposal, {
      ...forms.expressions,
      ...fieldExpressions(input.fieldsVersion),
    }),
    params: {
      ...databases,
      ...below.params,
      ...between.params,
      ...winner.params,
      step: proposal.step,
      attempt_id: attemptId,
      previous_closed_before: asDateTime(previous.closedBefore),
      closed_before: asDateTime(proposal.closedBefore),
      ...(proposal.rebuild === undefined
        ? {}
        : { rebuild_from: asDateTime(proposal.rebuild.from), rebuild_to: asDateTime(proposal.rebuild.to) }),
    },
  };
}

/** Rows that no rebuild before this step has replaced. */
const IS_CURRENT =
  'not arrayExists(rebuild -> step < rebuild.1 and window_start >= rebuild.2 and window_start < rebuild.3, ' +
  '(select groupArray((step, assumeNotNull(rebuild_from), assumeNotNull(rebuild_to))) ' +
  "from {sealed: Identifier}.seal_steps where reason = 'rebuild' and step < {step: UInt64}))";

function piecesOf(
  below: string,
  between: string,
  winner: string,
  proposal: Proposal,
  expressions: Readonly<Record<string, string>>,
): Record<string, string> {
  const conditions = { below_vector: below, between_vectors: between, is_winner: winner, is_current: IS_CURRENT };
  const rebuilt = readFragment('rebuilt-rows', conditions);
  return {
    ...conditions,
    ...expressions,
    enriched_rows: readFragment('enriched-rows', expressions),
    rebuilt_rows: rebuilt,
    candidates: proposal.rebuild === undefined ? readFragment('step-records', conditions) : rebuilt,
  };
}
