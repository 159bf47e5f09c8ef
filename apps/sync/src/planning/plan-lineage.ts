import { AUDIENCES, ROW_TABLES } from '@millrace/catalog-models/published';
import { deliveryTopic, planKey, type PlanDecision, type Subject } from '@millrace/contract-delivery';
import { lineageJobOf, scoresTopic } from '@millrace/contract-score';
import { describeError } from '@millrace/platform-errors';
import type { Lineage, NamedDataset, NamedRun, Told } from '@millrace/platform-lineage';

import type { RunSet } from './run-set';

/** A plan before it has content. */
export interface BegunPlan {
  readonly destination: string;
  readonly object: string;
  readonly subject: Subject;
  readonly set: RunSet;
  /** The plan that is current. */
  readonly after: string | undefined;
}

/** Tells the catalogue of plans. One that fails is tried again every few seconds: the same words are told once. */
export interface PlanLineage {
  begin(plan: BegunPlan): void;
  fail(plan: BegunPlan, error: unknown): void;
  /** Another plan came first. */
  abandon(plan: BegunPlan): void;
  /** Every record of it is in the destination's topic. */
  complete(plan: PlanDecision, subject: Subject): void;
}

export function createPlanLineage(lineage: Lineage, topicPrefix: string, now = Date.now): PlanLineage {
  /** The last that was told of a plan that has not ended. */
  const said = new Map<string, string>();

  const toldOf = (type: Told['type'], { destination, object, subject, set, after }: BegunPlan): Told => ({
    type,
    at: now(),
    runId: planKey(destination, object, set.hash, after),
    ...datasetsOf(destination, object, subject, [...set.runs.keys()], topicPrefix),
    parent: namedRun(set.newest.run.model, set.newest.run.run_id),
    after: [...set.runs].map(([model, { run }]) => namedRun(model, run.run_id)),
  });

  return {
    begin(plan) {
      const told = toldOf('START', plan);
      if (said.has(told.runId)) return;
      said.set(told.runId, '');
      lineage.tell(told);
    },
    fail(plan, error) {
      const told = toldOf('FAIL', plan);
      const message = describeError(error);
      if (said.get(told.runId) === message) return;
      said.set(told.runId, message);
      lineage.tell({
        ...told,
        runFacets: { errorMessage: { message, programmingLanguage: 'TypeScript' } },
      });
    },
    abandon(plan) {
      const told = toldOf('ABORT', plan);
      said.delete(told.runId);
      lineage.tell(told);
    },
    complete(plan, subject) {
      const { destination, object, run_id, set = run_id, after, runs = {} } = plan;
      const runId = planKey(destination, object, set, after);
      said.delete(runId);
      const newest = Object.entries(runs).find(([, id]) => id === run_id)?.[0] ?? AUDIENCES[subject];
      lineage.tell({
        type: 'COMPLETE',
        at: now(),
        runId,
        ...datasetsOf(destination, object, subject, Object.keys(runs), topicPrefix, plan.to_send),
        parent: namedRun(newest, run_id),
        after: Object.entries(runs).map(([model, id]) => namedRun(model, id)),
        runFacets: {
          nominalTime: { nominalStartTime: new Date(plan.as_of).toISOString() },
          millrace_deliveryPlan: {
            planId: plan.plan_id,
            records: plan.records,
            toSend: plan.to_send,
            suppressed: plan.suppressed,
            deadline: new Date(plan.deadline_at).toISOString(),
            missing: plan.missing ?? [],
          },
        },
      });
    },
  };
}

const namedRun = (model: string, runId: string): NamedRun => ({ runId, job: lineageJobOf(model) });

/** What a plan of an object reads and fills; `rows`: records that it sends. */
function datasetsOf(
  destination: string,
  object: string,
  subject: Subject,
  models: readonly string[],
  topicPrefix: string,
  rows?: number,
): Pick<Told, 'job' | 'jobFacets' | 'inputs' | 'outputs'> {
  const tables = [...models, AUDIENCES[subject]].flatMap((model) => ROW_TABLES[model] ?? []);
  const inputs: NamedDataset[] = [
    ...[...new Set(tables), 'last_accepted'].map((table) => ({ table })),
    { topic: scoresTopic(topicPrefix).name },
  ];
  return {
    job: `sync.${destination}.${object}`,
    jobFacets: {
      documentation: { description: `What ${destination} is to be sent of ${object}: what differs from what it has.` },
    },
    inputs,
    outputs: [
      { table: 'delivery_plan_rows' },
      { topic: deliveryTopic(destination, 'batch', topicPrefix).name },
      { destination, object, rows },
    ],
  };
}
