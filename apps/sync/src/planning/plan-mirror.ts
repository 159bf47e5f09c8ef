import type { PlanDecision } from '@millrace/contract-delivery';
import type { ClickHouse } from '@millrace/platform-clickhouse';

const iso = (ms: number): string => new Date(ms).toISOString();

/** Copies decided plans to the table `delivery_plans`; the same plan again replaces itself. */
export async function mirrorPlans(clickhouse: ClickHouse, plans: readonly PlanDecision[]): Promise<void> {
  const rows = plans.map((plan) => ({
    destination: plan.destination,
    object: plan.object,
    run_id: plan.run_id,
    plan_id: plan.plan_id,
    attempt_id: plan.attempt_id,
    as_of: iso(plan.as_of),
    to_send: plan.to_send,
    suppressed: plan.suppressed,
    chunks: plan.chunks,
    calls: plan.calls,
    predicted_finish_at: iso(plan.predicted_finish_at),
    deadline_at: iso(plan.deadline_at),
    planned_at: iso(plan.planned_at),
    replica: plan.replica,
  }));
  await clickhouse.insertRows('delivery_plans', rows);
}

/** Plans that the table does not hold yet: mirrored by a process that died before it could. */
export async function unmirroredPlans(clickhouse: ClickHouse, plans: readonly PlanDecision[]): Promise<PlanDecision[]> {
  const rows = await clickhouse.query<{ plan_id: string }>('select distinct plan_id from delivery_plans');
  const known = new Set(rows.map((row) => row.plan_id));
  return plans.filter((plan) => !known.has(plan.plan_id));
}
