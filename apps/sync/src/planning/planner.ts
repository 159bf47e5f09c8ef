import { dispatchKey, planKey, type PlanDecision } from '@millrace/contract-delivery';
import { readRunPublished, scoresTopic, type RunPublished } from '@millrace/contract-score';
import type { ClickHouse, SettingAside } from '@millrace/platform-clickhouse';
import {
  createDecisionLog,
  type BatchProducer,
  type DecisionLog,
  type KafkaClient,
  type KafkaLog,
} from '@millrace/platform-kafka';

import { modelsOf } from '../destinations/destination-file';
import type { ConfiguredDestination } from '../destinations/load-destinations';
import { computePlan, type PlanSettings } from './compute-plan';
import { dispatchPlan } from './dispatch-plan';
import { currentRunOf, newestRuns, type LoggedRun } from './newest-runs';
import { mirrorPlans, unmirroredPlans } from './plan-mirror';
import type { PlanLog } from './plan-log';

/** The runs of scores.published.v1; ticks are not looked at. */
export type ScoresLog = DecisionLog<RunPublished>;

export interface PlannerDeps {
  readonly destinations: readonly ConfiguredDestination[];
  readonly scores: ScoresLog;
  readonly planLog: PlanLog;
  readonly clickhouse: ClickHouse;
  readonly settingAside: SettingAside;
  readonly producer: BatchProducer;
  readonly topicPrefix: string;
  readonly settings: PlanSettings;
  /** How long the replica that made a plan has to put it into the topic before another does. */
  readonly takeoverMs: number;
  readonly waitForMirror: () => Promise<void>;
  readonly onPlanned: (plan: PlanDecision, seconds: number) => void;
  readonly log: KafkaLog;
}

export function createScoresLog(
  kafka: KafkaClient,
  topicPrefix: string,
  log: KafkaLog,
  maxWaitTimeMs?: number,
): ScoresLog {
  return createDecisionLog<RunPublished>({
    kafka,
    topic: scoresTopic(topicPrefix).name,
    read: readRunPublished,
    maxWaitTimeMs,
    log,
  });
}

export function loggedRuns(scores: ScoresLog): LoggedRun[] {
  return scores.entries().flatMap(({ value, offset }) => (value.purpose === 'publish' ? [{ run: value, offset }] : []));
}

/**
 * Keeps every destination's objects planned for the run that is current and every decided plan dispatched. `tick` may be
 * called by anyone at any time; calls run one after the other and a failed one is simply followed by the next.
 */
export class Planner {
  readonly #deps: PlannerDeps;
  /** Stored, or set aside: not looked at again. */
  readonly #mirrored = new Set<string>();
  #turn: Promise<void> = Promise.resolve();

  constructor(deps: PlannerDeps) {
    this.#deps = deps;
  }

  tick(): Promise<void> {
    const next = this.#turn.then(() => this.#run());
    this.#turn = next.catch(() => undefined);
    return next;
  }

  /** Resolves when no call is under way. */
  idle(): Promise<void> {
    return this.#turn;
  }

  async #run(): Promise<void> {
    await eachAlone([...this.#plansDue(), () => eachAlone(this.#dispatchesDue()), () => this.#mirror()]);
  }

  #plansDue(): (() => Promise<void>)[] {
    const { destinations, scores, planLog } = this.#deps;
    const newest = newestRuns(loggedRuns(scores));
    const due: (() => Promise<void>)[] = [];
    for (const configured of destinations) {
      for (const mapping of configured.entry.objects) {
        const run = currentRunOf(modelsOf(mapping), mapping.entity, newest);
        if (run === undefined) continue;
        const key = planKey(configured.entry.name, mapping.object, run.run_id);
        if (planLog.winner(key) === undefined) due.push(() => this.#plan(configured, mapping, run, key));
      }
    }
    return due;
  }

  async #plan(
    configured: ConfiguredDestination,
    mapping: ConfiguredDestination['entry']['objects'][number],
    run: RunPublished,
    key: string,
  ): Promise<void> {
    const { clickhouse, planLog, settings, onPlanned, log } = this.#deps;
    await this.#deps.waitForMirror();
    const startedAt = Date.now();
    const plan = await computePlan(clickhouse, { configured, mapping, run }, settings, startedAt);
    const { won } = await planLog.propose(key, { kind: 'plan', ...plan });
    if (!won) return;
    onPlanned(plan, (Date.now() - startedAt) / 1000);
    if (plan.predicted_finish_at > plan.deadline_at && plan.to_send > 0) {
      const predicted = new Date(plan.predicted_finish_at).toISOString();
      log.warn(
        { destination: plan.destination, object: plan.object, run: run.run_id, calls: plan.calls, predicted },
        'the quotas do not let this plan finish before its deadline; the lowest tiers come last',
      );
    }
  }

  #dispatchesDue(): (() => Promise<void>)[] {
    const { planLog, settings, takeoverMs, clickhouse, producer, topicPrefix } = this.#deps;
    const names = new Set(this.#deps.destinations.map(({ entry }) => entry.name));
    const due: (() => Promise<void>)[] = [];
    for (const { value, appendedAt } of planLog.entries()) {
      if (value.kind !== 'plan' || !names.has(value.destination)) continue;
      if (planLog.winner(dispatchKey(value.plan_id)) !== undefined) continue;
      if (value.replica !== settings.replica && Date.now() - appendedAt < takeoverMs) continue;
      const parts = { clickhouse, producer, planLog, topicPrefix, replica: settings.replica, now: Date.now };
      due.push(() => dispatchPlan(value, parts));
    }
    return due;
  }

  async #mirror(): Promise<void> {
    const { planLog, clickhouse, settingAside } = this.#deps;
    const plans = planLog
      .entries()
      .flatMap(({ value }) => (value.kind === 'plan' && !this.#mirrored.has(value.plan_id) ? [value] : []));
    if (plans.length === 0) return;
    const missing = await unmirroredPlans(clickhouse, plans);
    if (missing.length > 0) await mirrorPlans(settingAside, missing);
    for (const { plan_id } of plans) this.#mirrored.add(plan_id);
  }
}

/** One after the other, each whatever became of those before it; then rejects with the first failure, if any. */
async function eachAlone(works: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const work of works) await work().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
