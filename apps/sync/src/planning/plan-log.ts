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

const dispatchedSchema = z.object({ kind: z.literal('dispatched'), plan_id: z.string(), replica: z.string() });
const plannedSchema = planDecisionSchema.extend({ kind: z.literal('plan') });

/** A record of deliveries.plans.v1: a plan became current, or all chunks of one are in their topic. */
export type PlanRecord = z.infer<typeof plannedSchema> | z.infer<typeof dispatchedSchema>;
const KINDS: ReadonlyMap<unknown, z.ZodType<PlanRecord>> = new Map<string, z.ZodType<PlanRecord>>([
  ['plan', plannedSchema],
  ['dispatched', dispatchedSchema],
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

/** Which plan is current for each destination and object: the latest as_of, then the latest decision. */
export class CurrentPlans {
  readonly #current = new Map<string, PlanDecision>();
  readonly #known = new Set<string>();

  apply(entry: Pick<AnyEntry<PlanRecord>, 'value'>): void {
    const { value } = entry;
    if (value?.kind !== 'plan') return;
    this.#known.add(value.plan_id);
    const current = this.#current.get(subjectOf(value));
    if (current === undefined || value.as_of >= current.as_of) this.#current.set(subjectOf(value), value);
  }

  /** A plan that a later one has replaced. A retry is no plan and is never superseded. */
  isSuperseded(batch: Pick<DeliveryBatch, 'destination' | 'object' | 'plan_id'>): boolean {
    if (!this.#known.has(batch.plan_id)) return false;
    return this.#current.get(subjectOf(batch))?.plan_id !== batch.plan_id;
  }
}
