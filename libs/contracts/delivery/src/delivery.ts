import { z } from 'zod';

const instant = z.int().nonnegative();

export const LANES = ['batch', 'urgent'] as const;
export type Lane = (typeof LANES)[number];

/** What becomes of a record: `update` leaves out what is not there, `create` what is. */
export const MODES = ['update', 'upsert', 'create'] as const;
export type Mode = (typeof MODES)[number];

/** What a destination finds a record by: its e-mail, our id of it, or the destination's own id of it. */
export const MATCHES = ['email', 'id', 'crm_id'] as const;
export type MatchBy = (typeof MATCHES)[number];

/** Whose records an object holds. */
export const SUBJECTS = ['person', 'account'] as const;
export type Subject = (typeof SUBJECTS)[number];

/** What happened to one record in one attempt. Never inferred from an HTTP status alone. */
export const OUTCOMES = [
  'accepted',
  /** Permanent, with the destination's reason. */
  'rejected',
  'retryable',
  /** A quota said wait; uses up no attempt. */
  'throttled',
  /** Deleted or merged at the destination. */
  'gone',
  /** Sent, and no answer that says what became of it; reconciled, never guessed. */
  'unknown',
  /** Not sent: this destination has accepted a newer value, or a newer plan is current. */
  'superseded',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Why a record of a run is not sent by a plan. */
export const SUPPRESSION_REASONS = [
  'no_material_change',
  'do_not_sync',
  'unsubscribed',
  'no_match_key',
  /** Another record of the plan has the same match key and comes first. */
  'duplicate_match_key',
  /** Erased, or deleted or merged away by the destination's own system. */
  'gone',
  /** Beyond a guard rail: sent once somebody approves. */
  'waits_for_approval',
] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** Why a record is sent: the trigger that fired. */
export const SEND_REASONS = [
  'first_non_zero',
  'delta',
  'becomes_zero',
  'leaves_zero',
  'change',
  'refresh',
  'urgent',
  'retry',
  /** No longer among the records of the run: what the mapping's policy for leavers says. */
  'leaver',
] as const;
export type SendReason = (typeof SEND_REASONS)[number];

export const fieldValueSchema = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);
export type FieldValue = z.infer<typeof fieldValueSchema>;

const isFieldValue = (value: unknown): boolean =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  (Array.isArray(value) && value.every((item) => typeof item === 'string'));

/** A record's values by field. Each record is read four times on its way: a predicate takes a tenth of what a schema of unions takes. */
export const fieldsSchema = z.custom<Record<string, FieldValue>>(
  (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isFieldValue),
  'Each field is text, a number, true or false, null, or a list of texts',
);

/** One record to deliver; every field carries the values as of `as_of` so that the fence can compare. */
export const deliveryRecordSchema = z.object({
  record_id: z.string().min(1),
  match_key: z.string().min(1),
  /** Same for every attempt at delivering this value; see `idempotencyKeyOf`. */
  idempotency_key: z.string().min(1),
  /** One of SEND_REASONS, or what another version writes. */
  reason: z.string(),
  /** One of MODES, or what another version writes; absent: the mapping's. */
  mode: z.string().optional(),
  fields: fieldsSchema,
});
export type DeliveryRecord = z.infer<typeof deliveryRecordSchema>;
/** A record as it is written. */
export type NewRecord = DeliveryRecord & { readonly reason: SendReason; readonly mode?: Mode };

/** Value of `deliveries.<destination>.v1` and `.urgent.v1`: a logical batch of at most 10,000 records. */
export const deliveryBatchSchema = z.object({
  destination: z.string().min(1),
  object: z.string().min(1),
  /** Whose records these are: person or account, or what another version writes; absent: a person's. */
  subject: z.string().optional(),
  /** One of LANES, or what another version writes. */
  lane: z.string(),
  /** Plan hash, or the urgency ledger's key. */
  plan_id: z.string().min(1),
  run_id: z.string().nullable(),
  /** Position of this chunk in its plan; (plan, chunk) is delivered exactly once where a destination can. */
  chunk: z.int().nonnegative(),
  chunks: z.int().positive(),
  /** Records of the whole plan, by which its way is chosen; absent: those of this batch. */
  plan_records: z.int().positive().optional(),
  as_of: instant,
  created_at: instant,
  /** When the source signal was accepted, urgent lane only: latency is measured from here. */
  accepted_at: instant.nullable(),
  records: z.array(deliveryRecordSchema).min(1).max(10_000),
});
/** A batch as it is read: what is an enumeration for its writer is text. */
export type DeliveryBatch = z.infer<typeof deliveryBatchSchema>;
/** A batch as it is written. */
export type NewBatch = Omit<DeliveryBatch, 'subject' | 'lane' | 'records'> & {
  readonly subject?: Subject;
  readonly lane: Lane;
  readonly records: NewRecord[];
};

/** Value of `deliveries.outcomes.v1` (key: record id) and a row of the table `deliveries`. Grain: one record x one attempt. */
export const deliveryOutcomeSchema = z.object({
  destination: z.string(),
  object: z.string(),
  record_id: z.string(),
  match_key: z.string(),
  /** One of LANES, or what another version writes. */
  lane: z.string(),
  plan_id: z.string(),
  run_id: z.string().nullable(),
  idempotency_key: z.string(),
  attempt: z.int().positive(),
  /** One of OUTCOMES, or what another version writes. */
  outcome: z.string(),
  /** The destination's own words, or the error's code. */
  detail: z.string(),
  status_code: z.int().nullable(),
  fields: fieldsSchema,
  as_of: instant,
  attempted_at: instant,
  duration_ms: z.number().nonnegative(),
  /** No further attempt follows in this plan; with `retryable`, `throttled` or `unknown` the retries are spent. */
  is_final: z.boolean(),
  accepted_at: instant.nullable(),
});
/** An outcome as it is read. */
export type DeliveryOutcome = z.infer<typeof deliveryOutcomeSchema>;
/** An outcome as it is written. */
export type NewOutcome = DeliveryOutcome & { readonly outcome: Outcome };

const count = z.int().nonnegative();
/** Reasons that another version knows are left out, and those that an older one did not know are not there: the log keeps its plans for ever. */
const suppressedSchema = z.object({
  no_material_change: count,
  do_not_sync: count,
  unsubscribed: count,
  no_match_key: count,
  duplicate_match_key: count.optional(),
  gone: count.optional(),
  waits_for_approval: count.optional(),
} satisfies Record<SuppressionReason, z.ZodType<number | undefined>>);

/**
 * A plan for (destination, object, set of runs). Key: `plan:<destination>:<object>:<set>:<after>`; the first record wins. A plan whose
 * `after` is not the current one where it stands in the log was compared with less than was sent by then: it never counts.
 * Records live for ever: a field may be added, none is ever taken away. A record without `v` is of version 1: its set is one run.
 */
export const planDecisionSchema = z.object({
  destination: z.string(),
  object: z.string(),
  /** The newest run of the set. */
  run_id: z.string(),
  /** Hash of the plan's content. */
  plan_id: z.string(),
  /** Whose rows of the table `delivery_plan_rows` are the plan: every replica that planned wrote its own. */
  attempt_id: z.string(),
  as_of: instant,
  to_send: z.int().nonnegative(),
  suppressed: suppressedSchema,
  chunks: z.int().nonnegative(),
  /** Records of a chunk, the last one's excepted; part of the decision so that a resumed plan is cut alike. */
  chunk_records: z.int().positive(),
  /** Requests to the destination that the plan needs. */
  calls: z.int().nonnegative(),
  predicted_finish_at: instant,
  deadline_at: instant,
  planned_at: instant,
  replica: z.string(),
  /** From here on: version 2. */
  v: z.int().positive().optional(),
  /** Hash of the set and the mapping, as in the key. */
  set: z.string().optional(),
  /** The runs that the plan was made of, by model; a model that never ran is not there. */
  runs: z.record(z.string(), z.string()).optional(),
  /** Highest offset in scores.published.v1 among the set: of two plans of an object the one with the higher is current. */
  through: z.int().nonnegative().optional(),
  /** Models of the mapping that the plan was made without, or with the run before an open tick: in words. */
  missing: z.array(z.string()).optional(),
  /** Whether the newest member of the set was a scheduled run; rails compare such plans only. */
  is_scheduled: z.boolean().optional(),
  /** Records of the object, sent or not. */
  records: z.int().nonnegative().optional(),
  /** Nothing was accepted before it: current values were read back, and no rail holds it. */
  is_first: z.boolean().optional(),
  /** What the object's records were found by; of another key than before a plan is a first one. */
  match: z.string().optional(),
  /** Why a part waits for approval, in words; absent: none does. */
  held_because: z.string().optional(),
  /** The plan that was current when this one was made; absent: there was none, or it is not known. */
  after: z.string().optional(),
});
/** A plan as it is read. */
export type PlanDecision = z.infer<typeof planDecisionSchema>;

/** `set`: hash of the set and the mapping; of version 1 the run. `after`: the plan that is current. */
export const planKey = (destination: string, object: string, set: string, after?: string): string =>
  ['plan', destination, object, set, ...(after === undefined ? [] : [after])].join(':');

/** Every chunk of the plan is in its topic. Key: `dispatched:<plan_id>`. */
export const dispatchKey = (planId: string): string => `dispatched:${planId}`;

/** What waited of a plan may go. Key: `approved:<plan_id>`. */
export const approvalKey = (planId: string): string => `approved:${planId}`;

/** The job of one wire batch at the other side. Key: `job:<plan>:<chunk>:<batch>`, `batch` being the request's key. */
export const jobKey = (planId: string, chunk: number, batch: string): string => `job:${planId}:${chunk}:${batch}`;

/** Whether people stopped a destination, the n-th time that they decided. Key: `pause:<destination>:<n>`. */
export const pauseKey = (destination: string, n: number): string => `pause:${destination}:${n}`;
