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

interface Current {
  readonly plan: PlanDecision;
  /** Hashes of the sets that read as far in the log of runs and have been current. */
  readonly sets: ReadonlySet<string>;
}

/**
 * Which plan is current for each destination and object: the one that read furthest in the log of runs, then the latest decision, of
 * those that came right after the plan that they were compared with.
 */
export class CurrentPlans {
  readonly #current = new Map<string, Current>();
  readonly #known = new Set<string>();

  /** True: the record is a plan, and it is current now. */
  apply({ value }: Pick<AnyEntry<PlanRecord>, 'value'>): boolean {
    if (value?.kind !== 'plan') return false;
    this.#known.add(value.plan_id);
    const current = this.#current.get(subjectOf(value));
    if (current !== undefined && !isNext(value, current.plan)) return false;
    const before = current?.plan.through === value.through ? (current?.sets ?? []) : [];
    this.#current.set(subjectOf(value), { plan: value, sets: new Set([...before, value.set ?? '']) });
    return true;
  }

  of(destination: string, object: string): PlanDecision | undefined {
    return this.#current.get(subjectOf({ destination, object }))?.plan;
  }

  /** Whether a plan of the set is current, or was until another set of the same runs was: two replicas whose mappings differ do not take turns. */
  hasBeen(destination: string, object: string, set: string): boolean {
    return this.#current.get(subjectOf({ destination, object }))?.sets.has(set) ?? false;
  }

  /** When a batch's plan was made, epoch milliseconds; undefined: it is not current, or not a plan. */
  plannedAt(batch: Pick<DeliveryBatch, 'destination' | 'object' | 'plan_id'>): number | undefined {
    const current = this.of(batch.destination, batch.object);
    return current?.plan_id === batch.plan_id ? current.planned_at : undefined;
  }

  /** A plan that a later one has replaced. A retry is no plan and is never superseded. */
  isSuperseded(batch: Pick<DeliveryBatch, 'destination' | 'object' | 'plan_id'>): boolean {
    if (!this.#known.has(batch.plan_id)) return false;
    return this.of(batch.destination, batch.object)?.plan_id !== batch.plan_id;
  }
}

const isNext = (plan: PlanDecision, current: PlanDecision): boolean =>
  !isOlder(plan, current) && (plan.after === undefined || plan.after === current.plan_id);

/** A plan of one run, as version 1 made it, is older than every plan of a set. */
function isOlder(plan: PlanDecision, than: PlanDecision): boolean {
  if (plan.through !== undefined && than.through !== undefined) return plan.through < than.through;
  if (plan.through === undefined && than.through === undefined) return plan.as_of < than.as_of;
  return plan.through === undefined;
}
