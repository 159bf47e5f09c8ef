import type { PlanDecision } from '@millrace/contract-delivery';
import type { AnyEntry } from '@millrace/platform-kafka';

import { CurrentPlans, type PlanRecord } from './plan-log';
import { COMPARED_PLANS } from './rails';

interface Undispatched {
  readonly plan: PlanDecision;
  /** Epoch milliseconds. */
  readonly appendedAt: number;
}

/** What deliveries.plans.v1 says to the planner. Each record is looked at once; what is left to do is all that is kept. */
export class PlanIndex {
  readonly #current = new CurrentPlans();
  readonly #undispatched = new Map<string, Undispatched>();
  readonly #dispatched = new Set<string>();
  readonly #unmirrored = new Map<string, PlanDecision>();
  readonly #unapproved = new Map<string, PlanDecision>();
  readonly #approved = new Map<string, Undispatched>();
  /** By destination, object and model of the newest run, the last plans that count for the rails. */
  readonly #compared = new Map<string, PlanDecision[]>();

  apply({ value, appendedAt }: Pick<AnyEntry<PlanRecord>, 'value' | 'appendedAt'>): void {
    switch (value?.kind) {
      case 'plan':
        // What was never current is not sent, and takes nothing from what is.
        if (this.#current.apply({ value })) this.#applyPlan(value, appendedAt);
        return;
      case 'dispatched':
        this.#approved.delete(value.plan_id);
        if (!this.#undispatched.delete(value.plan_id)) this.#dispatched.add(value.plan_id);
        return;
      case 'approved': {
        const plan = this.#unapproved.get(value.plan_id);
        const part = approvedPartOf(value.plan_id);
        if (plan !== undefined && !this.#dispatched.delete(part)) this.#approved.set(part, { plan, appendedAt });
        this.#unapproved.delete(value.plan_id);
      }
    }
  }

  undispatched(): readonly Undispatched[] {
    return [...this.#undispatched.values()];
  }

  /** Plans that the table may not hold yet. */
  unmirrored(): readonly PlanDecision[] {
    return [...this.#unmirrored.values()];
  }

  noteMirrored(planId: string): void {
    this.#unmirrored.delete(planId);
  }

  /** Plans of which a part waits. */
  waiting(): readonly PlanDecision[] {
    return [...this.#unapproved.values()];
  }

  /** What was approved and is not in its topic yet. */
  approved(): readonly Undispatched[] {
    return [...this.#approved.values()];
  }

  /** The last plans whose newest member was a scheduled run of the model, and that had something to send; oldest first. */
  compared(destination: string, object: string, model: string): readonly PlanDecision[] {
    return this.#compared.get(subjectOf(destination, object, model)) ?? [];
  }

  #applyPlan(plan: PlanDecision, appendedAt: number): void {
    this.#unmirrored.set(plan.plan_id, plan);
    if (!this.#dispatched.delete(plan.plan_id)) this.#undispatched.set(plan.plan_id, { plan, appendedAt });
    const held = plan.suppressed.waits_for_approval ?? 0;
    // What waits of a plan is planned anew by the next one: only the newest can be approved.
    for (const [id, { destination, object }] of this.#unapproved) {
      if (destination === plan.destination && object === plan.object) this.#unapproved.delete(id);
    }
    if (held > 0) this.#unapproved.set(plan.plan_id, plan);
    const model = Object.entries(plan.runs ?? {}).find(([, run]) => run === plan.run_id)?.[0];
    if (plan.is_scheduled !== true || model === undefined || plan.to_send + held === 0) return;
    const key = subjectOf(plan.destination, plan.object, model);
    const known = this.#compared.get(key) ?? [];
    this.#compared.set(key, [...known, plan].slice(-COMPARED_PLANS));
  }
}

/** The plan id under which the part of a plan goes out that waited. */
export const approvedPartOf = (planId: string): string => `${planId}-approved`;

const subjectOf = (...parts: readonly string[]): string => parts.join('/');
