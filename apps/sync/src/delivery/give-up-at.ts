import type { DeliveryBatch, PlanDecision } from '@millrace/contract-delivery';

import { nextDeadline } from '../planning/deadline';

export interface GiveUpSettings {
  /** HH:MM, local. */
  readonly deadline: string;
  readonly giveUpAt: string;
  readonly zone: string;
}

/**
 * When what is left of a batch is not sent any more, epoch milliseconds. A scheduled plan ends at the first such time after its
 * deadline; what people asked for, or sent again, has the next night for it. Urgent records have no end. Pure.
 */
export function giveUpAt(
  { lane, created_at: createdAt, plan_id }: Pick<DeliveryBatch, 'lane' | 'created_at' | 'plan_id'>,
  plan: Pick<PlanDecision, 'plan_id' | 'deadline_at' | 'is_scheduled'> | undefined,
  { deadline, giveUpAt: time, zone }: GiveUpSettings,
): number {
  if (lane === 'urgent') return Infinity;
  const isScheduled = plan?.plan_id === plan_id && plan.is_scheduled === true;
  const after = isScheduled ? Math.max(plan.deadline_at, createdAt) : nextDeadline(createdAt, deadline, zone);
  return nextDeadline(after, time, zone);
}
