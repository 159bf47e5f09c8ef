import { AUDIENCES } from '@millrace/catalog-models/published';
import { planKey, type PlanDecision } from '@millrace/contract-delivery';
import { instant } from '@millrace/platform-commands';
import { MillraceError, UsageError, unknownName } from '@millrace/platform-errors';
import { silentLog } from '@millrace/platform-kafka';

import type { SyncConfig } from '../app.config';
import { assertDestination } from '../destinations/assert-destination';
import { modelsOf } from '../destinations/destination-file';
import { loadDestinations, type ConfiguredDestination } from '../destinations/load-destinations';
import { computePlan } from '../planning/compute-plan';
import { PlanIndex } from '../planning/plan-index';
import { createPlanLog, CurrentPlans, type PlanLog } from '../planning/plan-log';
import { createScoresLog, type ScoresLog } from '../planning/planner';
import { samplePlan, type PlanSample } from '../planning/read-plan';
import { runIndexOf, type LoggedRun, type RunIndex } from '../planning/run-index';
import { runSetOf, type RunSet } from '../planning/run-set';
import { findTriedRun } from './find-tried-run';
import { withConnections } from './with-connections';
import type { Connections } from '../connections/connections';

export interface ShownPlan {
  readonly destination: string;
  readonly object: string;
  /** The newest of `runs`. */
  readonly run_id: string;
  /** Runs that it is made of, by model. */
  readonly runs: Readonly<Record<string, string>>;
  /** Models that it is made without, or with the run before an open tick. */
  readonly missing: readonly string[];
  readonly plan_id: string;
  /** decided: it is, or was, executed. preview: computed now, nothing is sent. */
  readonly state: 'decided' | 'preview';
  readonly records: number;
  readonly to_send: number;
  readonly suppressed: PlanDecision['suppressed'];
  /** Why a part waits for approval; null: none does. */
  readonly held_because: string | null;
  readonly reasons: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly chunks: number;
  readonly predicted_finish_at: string;
  readonly deadline_at: string;
  readonly is_in_time: boolean;
  readonly samples: readonly PlanSample[];
}

export interface ShowPlanOptions {
  readonly run?: string | undefined;
  /** A run that was tried and not published, instead of its model's current one. */
  readonly whatIf?: string | undefined;
  readonly destination?: string | undefined;
  readonly samples: number;
}

/** What each destination receives from a run, or would from one that was tried: the decided plan where there is one, else a preview. */
export async function showPlans(config: SyncConfig, options: ShowPlanOptions): Promise<readonly ShownPlan[]> {
  if (options.run !== undefined && options.whatIf !== undefined)
    throw new UsageError('--run and --what-if name one run each: give one of them');
  const destinations = loadDestinations(config.SYNC_DESTINATIONS_FILE);
  if (options.destination !== undefined) assertDestination(options.destination, destinations);
  return withConnections(config, async (connections) => {
    const scores = createScoresLog(connections.kafka, config.TOPIC_PREFIX, silentLog);
    const planLog = createPlanLog(connections.kafka, config.TOPIC_PREFIX, silentLog);
    try {
      await Promise.all([scores.start(), planLog.start()]);
      return await show(config, destinations, options, connections, scores, planLog);
    } finally {
      await Promise.allSettled([scores.stop(), planLog.stop()]);
    }
  });
}

/** Named when another one was typed. */
const NEWEST_RUNS = 50;

async function show(
  config: SyncConfig,
  destinations: readonly ConfiguredDestination[],
  options: ShowPlanOptions,
  { clickhouse }: Connections,
  scores: ScoresLog,
  planLog: PlanLog,
): Promise<ShownPlan[]> {
  const index = runIndexOf(scores);
  const wanted = options.whatIf ?? options.run;
  const runs =
    options.whatIf === undefined
      ? withRun(options.run, index, destinations, scores)
      : inPlaceOf(index, {
          run: await findTriedRun(clickhouse, options.whatIf),
          // As if it were decided now.
          offset: scores.position(),
          isScheduled: false,
        });
  const currentPlans = new CurrentPlans();
  const plans = new PlanIndex();
  const ofSets = new Map<string, PlanDecision>();
  for (const entry of planLog.entries()) {
    const { value } = entry;
    if (currentPlans.apply(entry) && value?.kind === 'plan')
      ofSets.set(planKey(value.destination, value.object, value.set ?? ''), value);
    plans.apply(entry);
  }
  const settings = { chunkRecords: config.DELIVERY_CHUNK_RECORDS, deadline: config.DELIVERY_DEADLINE, replica: 'cli' };
  const shown: ShownPlan[] = [];
  for (const configured of destinations) {
    const { name, objects } = configured.entry;
    if (options.destination !== undefined && name !== options.destination) continue;
    for (const mapping of objects) {
      const set = runSetOf(mapping, AUDIENCES[mapping.entity], runs);
      if (set === undefined || (wanted !== undefined && !isIn(set, wanted))) continue;
      const decided = ofSets.get(planKey(name, mapping.object, set.hash));
      const before = currentPlans.of(name, mapping.object);
      const compared = plans.compared(name, mapping.object, set.newest.run.model);
      const plan =
        decided ??
        (await computePlan(
          clickhouse,
          { configured, mapping, set, before, compared, isPreview: true },
          settings,
          Date.now(),
        ));
      shown.push({
        destination: plan.destination,
        object: plan.object,
        run_id: plan.run_id,
        runs: plan.runs ?? {},
        missing: plan.missing ?? [],
        plan_id: plan.plan_id,
        state: decided !== undefined ? 'decided' : 'preview',
        records: plan.to_send + Object.values(plan.suppressed).reduce((sum, count) => sum + (count ?? 0), 0),
        to_send: plan.to_send,
        suppressed: plan.suppressed,
        held_because: plan.held_because ?? null,
        calls: plan.calls,
        chunks: plan.chunks,
        predicted_finish_at: new Date(plan.predicted_finish_at).toISOString(),
        deadline_at: new Date(plan.deadline_at).toISOString(),
        is_in_time: plan.predicted_finish_at <= plan.deadline_at,
        ...(await samplePlan(clickhouse, plan.attempt_id, options.samples)),
      });
    }
  }
  return shown;
}

const isIn = ({ audience, runs }: RunSet, runId: string): boolean =>
  [audience, ...runs.values()].some(({ run }) => run.run_id === runId);

/** The current runs, with the run that was asked for in the place of its model's. Throws when there is none. */
function withRun(
  wanted: string | undefined,
  index: RunIndex,
  destinations: readonly ConfiguredDestination[],
  scores: ScoresLog,
): Pick<RunIndex, 'current'> {
  const models = new Set(
    destinations.flatMap(({ entry }) =>
      entry.objects.flatMap((mapping) => [...modelsOf(mapping), AUDIENCES[mapping.entity]]),
    ),
  );
  const runs = scores
    .entries()
    .flatMap(({ value, offset }) =>
      value.kind === 'run' && value.purpose === 'publish' && models.has(value.model) ? [{ run: value, offset }] : [],
    );
  const [model] = destinations.flatMap(({ entry }) => entry.objects.flatMap(modelsOf));
  if (runs.length === 0) {
    throw new MillraceError('No score run has been published', {
      code: 'RUN_UNKNOWN',
      actor: 'operator',
      advice: `npx millrace run ${model ?? '<model>'} makes one`,
    });
  }
  if (wanted === undefined) return index;
  const found = runs.find(({ run }) => run.run_id === wanted);
  if (found === undefined) {
    const newest = runs.slice(-NEWEST_RUNS).map(({ run }) => run.run_id);
    throw unknownName({ kind: 'run', typed: wanted, known: newest, code: 'RUN_UNKNOWN' });
  }
  return inPlaceOf(index, { ...found, isScheduled: false });
}

const inPlaceOf = (index: RunIndex, one: LoggedRun): Pick<RunIndex, 'current'> => ({
  current: (name) => (name === one.run.model ? one : index.current(name)),
});

/** The same for people. */
export function planInWords(plan: ShownPlan): string {
  const suppressed = Object.entries(plan.suppressed).filter(([, count]) => count > 0);
  const counts = (entries: [string, number][]): string => entries.map(([name, count]) => `${name} ${count}`).join(', ');
  return [
    `${plan.destination} ${plan.object}  ${plan.state}  plan ${plan.plan_id}`,
    `  runs        ${Object.values(plan.runs).join(', ')}`,
    ...(plan.missing.length === 0 ? [] : [`  without     ${plan.missing.join('; ')}`]),
    `  to send     ${plan.to_send} of ${plan.records} (${counts(Object.entries(plan.reasons)) || 'nothing has changed'})`,
    `  suppressed  ${counts(suppressed) || 'none'}`,
    ...(plan.held_because === null
      ? []
      : [`  waits       ${plan.held_because}: npx millrace deliveries approve ${plan.plan_id}`]),
    `  calls       ${plan.calls} in ${plan.chunks} chunks`,
    `  finish      ${instant(plan.predicted_finish_at)}, deadline ${instant(plan.deadline_at)}${plan.is_in_time ? '' : '  TOO LATE'}`,
    ...plan.samples.map(
      (one) =>
        `  ${one.reason.padEnd(15)} ${one.record_id}: ${one.before === null ? 'new' : JSON.stringify(one.before)} -> ${JSON.stringify(one.after)}`,
    ),
  ].join('\n');
}
