import { planKey, type PlanDecision } from '@millrace/contract-delivery';
import { instant } from '@millrace/platform-commands';
import { MillraceError, unknownName } from '@millrace/platform-errors';
import { silentLog, valueOf } from '@millrace/platform-kafka';

import type { SyncConfig } from '../app.config';
import { assertDestination } from '../destinations/assert-destination';
import { modelsOf } from '../destinations/destination-file';
import { loadDestinations, type ConfiguredDestination } from '../destinations/load-destinations';
import { computePlan } from '../planning/compute-plan';
import { currentRunOf, newestRuns } from '../planning/newest-runs';
import { createPlanLog, type PlanLog } from '../planning/plan-log';
import { createScoresLog, loggedRuns, type ScoresLog } from '../planning/planner';
import { samplePlan, type PlanSample } from '../planning/read-plan';
import { withConnections } from './with-connections';
import type { Connections } from '../connections/connections';

export interface ShownPlan {
  readonly destination: string;
  readonly object: string;
  readonly run_id: string;
  readonly plan_id: string;
  /** decided: it is, or was, executed. preview: computed now, nothing is sent. */
  readonly state: 'decided' | 'preview';
  readonly records: number;
  readonly to_send: number;
  readonly suppressed: PlanDecision['suppressed'];
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
  readonly destination?: string | undefined;
  readonly samples: number;
}

/** What each destination receives from a run: the decided plan where there is one, else a preview. */
export async function showPlans(config: SyncConfig, options: ShowPlanOptions): Promise<readonly ShownPlan[]> {
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
  const mapped = new Set(destinations.flatMap(({ entry }) => entry.objects.flatMap(modelsOf)));
  const runs = loggedRuns(scores).filter(({ run }) => mapped.has(run.model));
  const wanted = options.run === undefined ? runs : runs.filter(({ run }) => run.run_id === options.run);
  if (runs.length === 0) {
    throw new MillraceError('No score run has been published', {
      code: 'RUN_UNKNOWN',
      actor: 'operator',
      advice: `npx millrace run ${[...mapped][0] ?? '<model>'} makes one`,
    });
  }
  if (wanted.length === 0) {
    const newest = runs.slice(-NEWEST_RUNS).map(({ run }) => run.run_id);
    throw unknownName({ kind: 'run', typed: options.run ?? '', known: newest, code: 'RUN_UNKNOWN' });
  }
  const settings = { chunkRecords: config.DELIVERY_CHUNK_RECORDS, deadline: config.DELIVERY_DEADLINE, replica: 'cli' };
  const shown: ShownPlan[] = [];
  for (const configured of destinations) {
    if (options.destination !== undefined && configured.entry.name !== options.destination) continue;
    for (const mapping of configured.entry.objects) {
      const run = currentRunOf(modelsOf(mapping), mapping.entity, newestRuns(wanted));
      if (run === undefined) continue;
      const decided = planLog.winner(planKey(configured.entry.name, mapping.object, run.run_id));
      const record = decided === undefined ? undefined : valueOf(decided);
      const isDecided = record?.kind === 'plan';
      const plan = isDecided
        ? record
        : await computePlan(clickhouse, { configured, mapping, run }, settings, Date.now());
      shown.push({
        destination: plan.destination,
        object: plan.object,
        run_id: plan.run_id,
        plan_id: plan.plan_id,
        state: isDecided ? 'decided' : 'preview',
        records: plan.to_send + Object.values(plan.suppressed).reduce((sum, count) => sum + count, 0),
        to_send: plan.to_send,
        suppressed: plan.suppressed,
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

/** The same for people. */
export function planInWords(plan: ShownPlan): string {
  const suppressed = Object.entries(plan.suppressed).filter(([, count]) => count > 0);
  const counts = (entries: [string, number][]): string => entries.map(([name, count]) => `${name} ${count}`).join(', ');
  return [
    `${plan.destination} ${plan.object}  run ${plan.run_id}  ${plan.state}  plan ${plan.plan_id}`,
    `  to send     ${plan.to_send} of ${plan.records} (${counts(Object.entries(plan.reasons)) || 'nothing has changed'})`,
    `  suppressed  ${counts(suppressed) || 'none'}`,
    `  calls       ${plan.calls} in ${plan.chunks} chunks`,
    `  finish      ${instant(plan.predicted_finish_at)}, deadline ${instant(plan.deadline_at)}${plan.is_in_time ? '' : '  TOO LATE'}`,
    ...plan.samples.map(
      (one) =>
        `  ${one.reason.padEnd(15)} ${one.record_id}: ${one.before === null ? 'new' : JSON.stringify(one.before)} -> ${JSON.stringify(one.after)}`,
    ),
  ].join('\n');
}
