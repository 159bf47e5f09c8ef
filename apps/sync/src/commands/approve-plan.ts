import { approvalKey } from '@millrace/contract-delivery';
import { MillraceError, unknownName } from '@millrace/platform-errors';
import { valueOf } from '@millrace/platform-kafka';

import type { SyncConfig } from '../app.config';
import { PlanIndex } from '../planning/plan-index';
import { withPlanLog } from './with-plan-log';

export interface Approval {
  readonly plan_id: string;
  readonly destination: string;
  readonly object: string;
  /** Records that were waiting. */
  readonly records: number;
  readonly author: string;
  readonly note: string;
  /** False: somebody had approved it before. */
  readonly is_new: boolean;
}

/** Lets the part of a plan go that waits. Throws for a plan of which nothing waits, or that a newer one has replaced. */
export async function approvePlan(
  config: SyncConfig,
  planId: string,
  { author, note }: { readonly author: string; readonly note: string },
): Promise<Approval> {
  return withPlanLog(config, async (planLog) => {
    const plans = new PlanIndex();
    for (const entry of planLog.entries()) plans.apply(entry);
    const waiting = plans.waiting();
    const plan = waiting.find(({ plan_id }) => plan_id === planId);
    const before = planLog.winner(approvalKey(planId));
    const decided = before === undefined ? undefined : valueOf(before);
    if (plan === undefined && decided === undefined) {
      throw notWaiting(
        planId,
        waiting.map(({ plan_id }) => plan_id),
      );
    }
    const all = planLog.entries().flatMap(({ value }) => (value.kind === 'plan' ? [value] : []));
    const found = plan ?? all.find(({ plan_id }) => plan_id === planId);
    const { won, winner } = await planLog.propose(approvalKey(planId), {
      kind: 'approved',
      plan_id: planId,
      author,
      note,
      decided_at: Date.now(),
    });
    const value = valueOf(winner);
    return {
      plan_id: planId,
      destination: found?.destination ?? '',
      object: found?.object ?? '',
      records: found?.suppressed.waits_for_approval ?? 0,
      author: value?.kind === 'approved' ? value.author : author,
      note: value?.kind === 'approved' ? value.note : note,
      is_new: won,
    };
  });
}

function notWaiting(typed: string, known: readonly string[]): MillraceError {
  if (known.length > 0) return unknownName({ kind: 'plan that waits', typed, known, code: 'PLAN_UNKNOWN' });
  return new MillraceError(`Nothing of a plan "${typed}" waits for approval`, {
    code: 'PLAN_UNKNOWN',
    actor: 'operator',
    advice: 'A newer plan may have replaced it: npx millrace plan shows what waits now',
  });
}
