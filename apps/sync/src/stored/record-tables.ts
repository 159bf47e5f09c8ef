import { deliveryOutcomeSchema, type DeliveryOutcome, type PlanDecision } from '@millrace/contract-delivery';
import { asInstant, asUnsigned, type RecordTable } from '@millrace/platform-clickhouse';
import { ContractError } from '@millrace/platform-errors';
import { z } from 'zod';

import type { LearnedEmail } from '../urgent/known-emails';
import type { NotedDecision } from '../urgent/urgent-decision';

/** A record of deliveries.outcomes.v1 that an earlier version could not read and set aside; today's stop there. */
export interface UnreadableOutcome {
  readonly unreadable: string;
}

/** Outcomes of deliveries.outcomes.v1. */
export const deliveriesTable: RecordTable<DeliveryOutcome | UnreadableOutcome> = {
  table: 'deliveries',
  toRow: (record) => outcomeRow('unreadable' in record ? readOutcome(record.unreadable) : record),
};

function outcomeRow(outcome: DeliveryOutcome): object {
  return {
    ...outcome,
    run_id: outcome.run_id ?? '',
    attempt: asUnsigned('attempt', outcome.attempt, 32),
    status_code: outcome.status_code === null ? null : asUnsigned('status_code', outcome.status_code, 16),
    fields: JSON.stringify(outcome.fields),
    as_of: asInstant('as_of', outcome.as_of),
    attempted_at: asInstant('attempted_at', outcome.attempted_at),
    accepted_at: outcome.accepted_at === null ? null : asInstant('accepted_at', outcome.accepted_at),
  };
}

/** The outcome that a record's text says. Throws a ContractError with every problem. */
export function readOutcome(text: string): DeliveryOutcome {
  try {
    return deliveryOutcomeSchema.parse(JSON.parse(text));
  } catch (error) {
    const problems = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ContractError(`The record is not an outcome: ${problems.replace(/\s+/g, ' ')}`);
  }
}

/** Plans of deliveries.plans.v1. */
export const deliveryPlansTable: RecordTable<PlanDecision> = {
  table: 'delivery_plans',
  toRow: (plan) => ({
    destination: plan.destination,
    object: plan.object,
    run_id: plan.run_id,
    runs: plan.runs ?? {},
    missing: plan.missing ?? [],
    through: plan.through ?? 0,
    records: plan.records ?? 0,
    held_because: plan.held_because ?? '',
    plan_id: plan.plan_id,
    attempt_id: plan.attempt_id,
    as_of: asInstant('as_of', plan.as_of),
    to_send: plan.to_send,
    suppressed: plan.suppressed,
    chunks: asUnsigned('chunks', plan.chunks, 32),
    calls: plan.calls,
    predicted_finish_at: asInstant('predicted_finish_at', plan.predicted_finish_at),
    deadline_at: asInstant('deadline_at', plan.deadline_at),
    planned_at: asInstant('planned_at', plan.planned_at),
    replica: plan.replica,
  }),
};

/** What the fast lane decided about signals. */
export const deliveryUrgentTable: RecordTable<NotedDecision> = {
  table: 'delivery_urgent',
  // Two rules may match one signal.
  keyOf: ({ decision }) => decision.rule,
  toRow: ({ decision, decidedAt }) => {
    const { signal, topic, partition, offset } = decision.at;
    return {
      rule: decision.rule,
      topic,
      partition,
      offset: String(offset),
      signal_id: signal.signal_id,
      subject: decision.subject,
      record_id: decision.record_id,
      state: decision.state,
      destinations: decision.destinations,
      not_sent: decision.not_sent,
      url: signal.url ?? '',
      received_at: asInstant('received_at', signal.received_at),
      decided_at: asInstant('decided_at', decidedAt),
    };
  },
};

/** Which e-mail a user was identified with. */
export const knownEmailsTable: RecordTable<LearnedEmail> = {
  table: 'delivery_known_emails',
  toRow: ({ pair, learnedAt }) => ({
    user_id: pair.user_id,
    email: pair.email,
    said_at: asInstant('said_at', pair.at),
    learned_at: asInstant('learned_at', learnedAt),
  }),
};

/** What `millrace set-aside` retries. */
export const RECORD_TABLES = [deliveriesTable, deliveryPlansTable, deliveryUrgentTable, knownEmailsTable] as const;
