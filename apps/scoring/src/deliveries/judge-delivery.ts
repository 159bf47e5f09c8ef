import { z } from 'zod';

/** The newest plan that a destination has for an object because of a run; instants as ClickHouse's ISO form has them. */
export const planOfRun = z.strictObject({
  destination: z.string(),
  object: z.string(),
  plan_id: z.string(),
  to_send: z.number(),
  accepted: z.number(),
  rejected: z.number().describe('Refused for good, or gone there.'),
  superseded: z.number().describe('Not sent: a newer plan is current.'),
  spent: z.number().describe('Retries are spent.'),
  pending: z.number(),
  planned_at: z.string(),
  predicted_finish_at: z.string(),
  deadline_at: z.string(),
  finished_at: z.string().nullable(),
});
export type PlanOfRun = z.infer<typeof planOfRun>;

/** not_delivered: nothing will be; unplanned: a destination has no plan yet; spent: over, and some records never arrived. */
export const DELIVERY_STATES = ['not_delivered', 'unplanned', 'pending', 'settled', 'spent'] as const;

export interface RunDelivery {
  readonly run_id: string;
  readonly state: (typeof DELIVERY_STATES)[number];
  readonly is_settled: boolean;
  /** What it waits for, in words; empty when it is settled. */
  readonly waits_for: readonly string[];
  /** Why nothing is delivered, or what was not; null: nothing to say. */
  readonly reason: string | null;
  readonly plans: readonly PlanOfRun[];
}

export interface DeliveryQuestion {
  readonly run_id: string;
  /** False: the run was made for nobody to hear of. */
  readonly deliver?: boolean | undefined;
  /** The run whose scores are current. */
  readonly currentId: string;
  /** Those that must have a plan; empty: whoever has one. */
  readonly destinations: readonly string[];
}

export function judgeDelivery(question: DeliveryQuestion, all: readonly PlanOfRun[]): RunDelivery {
  const { run_id, deliver, currentId, destinations } = question;
  const plans = all.filter(({ destination }) => destinations.length === 0 || destinations.includes(destination));
  const unplanned = destinations.filter((name) => plans.every(({ destination }) => destination !== name));
  const pending = plans.filter((plan) => plan.pending > 0);
  const spent = plans.filter((plan) => plan.spent > 0);
  const said = (state: RunDelivery['state'], waits_for: readonly string[], reason: string | null): RunDelivery => ({
    run_id,
    state,
    is_settled: waits_for.length === 0,
    waits_for,
    reason,
    plans,
  });
  const isUnplanned = plans.length === 0 || unplanned.length > 0;
  if (isUnplanned && deliver === false) return said('not_delivered', [], 'the run was made without delivery');
  if (isUnplanned && currentId !== run_id) {
    return said('not_delivered', [], `destinations get what is current, which is ${currentId}`);
  }
  const waits = pending.map((plan) => `${placeOf(plan)}: ${plan.pending} of ${plan.to_send} records`);
  if (isUnplanned) {
    const missing =
      unplanned.length === 0 ? ['no destination has a plan yet'] : unplanned.map((name) => `${name}: no plan yet`);
    return said('unplanned', [...missing, ...waits], null);
  }
  if (waits.length > 0) return said('pending', waits, null);
  if (spent.length === 0) return said('settled', [], null);
  const never = spent.map((plan) => `${placeOf(plan)}: ${plan.spent} of ${plan.to_send} records`);
  return said('spent', [], `retries are spent, see npx millrace deliveries list --failed: ${never.join(', ')}`);
}

const placeOf = ({ destination, object }: PlanOfRun): string => `${destination}/${object}`;
