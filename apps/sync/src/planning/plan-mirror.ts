import type { PlanDecision } from '@millrace/contract-delivery';
import type { ClickHouse, SettingAside } from '@millrace/platform-clickhouse';

import { deliveryPlansTable } from '../stored/record-tables';

/** Copies decided plans to the table `delivery_plans`; the same plan again replaces itself. */
export async function mirrorPlans(settingAside: SettingAside, plans: readonly PlanDecision[]): Promise<void> {
  await settingAside.insert(deliveryPlansTable, plans);
}

/** Plans that the table does not hold yet: mirrored by a process that died before it could. */
export async function unmirroredPlans(clickhouse: ClickHouse, plans: readonly PlanDecision[]): Promise<PlanDecision[]> {
  const rows = await clickhouse.query<{ plan_id: string }>('select distinct plan_id from delivery_plans');
  const known = new Set(rows.map((row) => row.plan_id));
  return plans.filter((plan) => !known.has(plan.plan_id));
}
