import { planDecisionSchema, plansTopic, type DeliveryBatch, type PlanDecision } from '@millrace/contract-delivery';
import {
  createDecisionLog,
  type AnyEntry,
  type Content,
  type DecisionLog,
  type KafkaClient,
  type KafkaLog,
} from '@millrace/platform-kafka';
import { z } from 'zod';

const instant = z.int().nonnegative();
const plannedSchema = planDecisionSchema.extend({ kind: z.literal('plan') });
const dispatchedSchema = z.object({ kind: z.literal('dispatched'), plan_id: z.string(), replica: z.string() });
/** Written before anything of the job that cannot be taken back; whoever finds it goes on with it. */
const jobSchema = z.object({
  kind: z.literal('job'),
  destination: z.string(),
  object: z.string(),
  plan_id: z.string(),
  chunk: z.int().nonnegative(),
  /** The key of the wire batch. */
  batch: z.string(),
  route: z.string(),
  /** The other side's name of it. */
  job: z.string(),
  replica: z.string(),
  started_at: instant,
});
/** People's decisions: who, and why. */
const decidedBy = { author: z.string(), note: z.string(), decided_at: instant };
const approvedSchema = z.object({ kind: z.literal('approved'), plan_id: z.string(), ...decidedBy });
const pauseSchema = z.object({
  kind: z.literal('pause'),
  destination: z.string(),
  is_paused: z.boolean(),
  ...decidedBy,
});

export type PlannedRecord = z.infer<typeof plannedSchema>;
export type JobRecord = z.infer<typeof jobSchema>;
export type ApprovedRecord = z.infer<typeof approvedSchema>;
export type PauseRecord = z.infer<typeof pauseSchema>;
/** A record of deliveries.plans.v1. */
export type PlanRecord = PlannedRecord | z.infer<typeof dispatchedSchema> | JobRecord | ApprovedRecord | PauseRecord;
const KINDS: ReadonlyMap<unknown, z.ZodType<PlanRecord>> = new Map<string, z.ZodType<PlanRecord>>([
  ['plan', plannedSchema],
  ['dispatched', dispatchedSchema],
  ['job', jobSchema],
  ['approved', approvedSchema],
  ['pause', pauseSchema],
]);
export type PlanLog = DecisionLog<PlanRecord>;

export function createPlanLog(kafka: KafkaClient, topicPrefix: string, log: KafkaLog, maxWaitTimeMs?: number): PlanLog {
  return createDecisionLog<PlanRecord>({
    kafka,
    topic: plansTopic(topicPrefix).name,
    read: readPlanRecord,
    maxWaitTimeMs,
    log,
  });
}

/** What a record says; undefined: its kind is of another version. Throws a ZodError for content that its kind does not have. */
export const readPlanRecord = (content: Content): PlanRecord | undefined => KINDS.get(content['kind'])?.parse(content);

const subjectOf = ({ destination, object }: { destination: string; object: string }): string =>
  `${destination}/${object}`;

/** Which plan is current for each destination and object: the one that read furthest in the log of runs, then the latest decision. */
export class CurrentPlans {
  readonly #current = new Map<string, PlanDecision>();
  readonly #known = new Set<string>();

  apply(entry: Pick<AnyEntry<PlanRecord>, 'value'>): void {
    const { value } = entry;
    if (value?.kind !== 'plan') return;
    this.#known.add(value.plan_id);
    const current = this.#current.get(subjectOf(value));
    if (current === undefined || !isOlder(value, current)) this.#current.set(subjectOf(value), value);
  }

  of(destination: string, object: string): PlanDecision | undefined {
    return this.#current.get(subjectOf({ destination, object }));
  }

  /** When a batch's plan was made, epoch milliseconds; undefined: it is not current, or not a plan. */
  plannedAt(batch: Pick<DeliveryBatch, 'destination' | 'object' | 'plan_id'>): number | undefined {
    const current = this.#current.get(subjectOf(batch));
    return current?.plan_id === batch.plan_id ? current.planned_at : undefined;
  }

  /** A plan that a later one has replaced. A retry is no plan and is never superseded. */
  isSuperseded(batch: Pick<DeliveryBatch, 'destination' | 'object' | 'plan_id'>): boolean {
    if (!this.#known.has(batch.plan_id)) return false;
    return this.#current.get(subjectOf(batch))?.plan_id !== batch.plan_id;
  }
}

/** A plan of one run, as version 1 made it, is older than every plan of a set. */
function isOlder(plan: PlanDecision, than: PlanDecision): boolean {
  if (plan.through !== undefined && than.through !== undefined) return plan.through < than.through;
  if (plan.through === undefined && than.through === undefined) return plan.as_of < than.as_of;
  return plan.through === undefined;
}
