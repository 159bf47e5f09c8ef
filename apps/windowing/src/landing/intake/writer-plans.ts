import { isSignalWriter, type SchemaAnswer, type Verdict } from '@millrace/contract-signal';

import { planWriter, type LandingPath, type WriterPlan } from './writer-plan';

/** What this needs of the schema registry; rejects while the registry does not answer. */
export interface SchemaSource {
  schemaById(id: number): Promise<SchemaAnswer>;
}

/** A verdict is asked for again after this long: the schema may have been registered since. */
const VERDICT_MAX_AGE_MS = 30_000;

/** Plans by schema id. A schema never changes, so its plan is kept for good. */
export class WriterPlans {
  private readonly plans = new Map<number, WriterPlan>();
  private readonly verdicts = new Map<number, { readonly verdict: Verdict; readonly until: number }>();

  constructor(
    private readonly schemas: SchemaSource,
    private readonly settings: { readonly path: LandingPath; readonly rulesVersion: number },
    private readonly onPlan: (plan: WriterPlan) => void = () => undefined,
    private readonly now: () => number = Date.now,
  ) {}

  readonly peek = (schemaId: number): WriterPlan | Verdict | undefined => {
    const plan = this.plans.get(schemaId);
    if (plan !== undefined) return plan;
    const known = this.verdicts.get(schemaId);
    return known !== undefined && known.until > this.now() ? known.verdict : undefined;
  };

  /** Asks the registry. Rejects with a RetryableError while it does not answer. */
  async load(schemaId: number): Promise<WriterPlan | Verdict> {
    const { path, rulesVersion } = this.settings;
    const plan = planWriter(schemaId, await this.schemas.schemaById(schemaId), path, rulesVersion);
    if (isSignalWriter(plan)) {
      this.plans.set(schemaId, plan);
      this.onPlan(plan);
    } else {
      if (this.verdicts.size > 10_000) this.verdicts.clear();
      this.verdicts.set(schemaId, { verdict: plan, until: this.now() + VERDICT_MAX_AGE_MS });
    }
    return plan;
  }

  /** The plan of a schema that records were landed by. */
  planOf(schemaId: number): WriterPlan {
    const plan = this.plans.get(schemaId);
    if (plan === undefined) throw new Error(`there is no plan for schema ${schemaId}`);
    return plan;
  }

  /** From now on bodies of this schema are decoded here. Gives the plan back. */
  decodeHere(schemaId: number): WriterPlan {
    const changed: WriterPlan = { ...this.planOf(schemaId), flat: null, why: 'ClickHouse refuses the schema' };
    this.plans.set(schemaId, changed);
    return changed;
  }
}
