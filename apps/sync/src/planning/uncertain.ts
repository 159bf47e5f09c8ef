import { randomUUID } from 'node:crypto';

import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

import type { PlanSubject } from './plan-subject';

/** The attempt id of no records. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Notes the records of the plan before that are on their way, or of which no answer said what became of them: whatever the ledger
 * says, the destination may have what was sent, also what it never accepted before, so they are sent what is right now. To be called before the ledger is read: what
 * is answered between the two counts as uncertain, not as unchanged. Returns the attempt id under which their match keys lie.
 */
export async function stageUncertain(
  clickhouse: ClickHouse,
  { configured, mapping, before, forced }: PlanSubject,
): Promise<string> {
  if (before === undefined || before.to_send === 0 || forced !== undefined) return NOBODY;
  const uncertainId = randomUUID();
  await clickhouse.command(loadSql(__dirname, 'sql/insert-uncertain.sql'), {
    uncertain_id: uncertainId,
    destination: configured.entry.name,
    object: mapping.object,
    plan_id: before.plan_id,
    planned_at: before.planned_at,
    planned_as: before.attempt_id,
  });
  return uncertainId;
}

export const isSomebody = (uncertainId: string): boolean => uncertainId !== NOBODY;
