import { z } from 'zod';

/*
 * What replicas of e878759 take for a decision: content first, then the key. A copy of its schemas, for specs that put a replica of
 * that version beside one of today. Never to be changed.
 */
const instant = z.int().nonnegative();
const tickClaimSchema = z.object({
  kind: z.literal('tick'),
  job: z.string().min(1),
  scheduled_at: instant,
  epoch: z.int().nonnegative(),
  replica: z.string(),
  claimed_at: instant,
});
const tickDoneSchema = z.object({
  kind: z.literal('tick_done'),
  job: z.string().min(1),
  scheduled_at: instant,
  outcome: z.enum(['failed', 'skipped']),
  reason: z.string(),
  replica: z.string(),
  decided_at: instant,
});
const runPublishedSchema = z.object({
  kind: z.literal('run'),
  run_id: z.string().min(1),
  model: z.string().min(1),
  model_version: z.int().positive(),
  settings_hash: z.string(),
  input_hash: z.string(),
  as_of: instant,
  as_of_date: z.iso.date(),
  zone: z.string(),
  step: z.int().nonnegative(),
  revision: z.int().positive(),
  is_partial: z.boolean(),
  missing: z.array(z.string()),
  entity_kind: z.enum(['person', 'account']),
  rows: z.int().nonnegative(),
  checksum: z.string(),
  previous_run_id: z.string().nullable().optional(),
  started_at: instant,
  published_at: instant,
});
const scoreDecisionSchema = z.discriminatedUnion('kind', [tickClaimSchema, tickDoneSchema, runPublishedSchema]);

const count = z.int().nonnegative();
const suppressedSchema = z.object({
  no_material_change: count,
  do_not_sync: count,
  unsubscribed: count,
  no_match_key: count,
});
const planDecisionSchema = z.object({
  destination: z.string(),
  object: z.string(),
  run_id: z.string(),
  plan_id: z.string(),
  attempt_id: z.string(),
  as_of: instant,
  to_send: z.int().nonnegative(),
  suppressed: suppressedSchema,
  chunks: z.int().nonnegative(),
  chunk_records: z.int().positive(),
  calls: z.int().nonnegative(),
  predicted_finish_at: instant,
  deadline_at: instant,
  planned_at: instant,
  replica: z.string(),
});

const dispatchedSchema = z.object({ kind: z.literal('dispatched'), plan_id: z.string(), replica: z.string() });
const planRecordSchema = z.discriminatedUnion('kind', [
  planDecisionSchema.extend({ kind: z.literal('plan') }),
  dispatchedSchema,
]);

const takes =
  (schema: z.ZodType) =>
  (value: string): boolean => {
    try {
      return schema.safeParse(JSON.parse(value)).success;
    } catch {
      return false;
    }
  };
export const takesScoreDecision = takes(scoreDecisionSchema);
export const takesPlanRecord = takes(planRecordSchema);
