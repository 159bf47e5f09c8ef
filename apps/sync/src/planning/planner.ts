import { AUDIENCES } from '@millrace/catalog-models/published';
import { dispatchKey, planKey, type PlanDecision, type Subject } from '@millrace/contract-delivery';
import { readRunOrTick, scoresTopic, type RunOrTick } from '@millrace/contract-score';
import type { ClickHouse, SettingAside } from '@millrace/platform-clickhouse';
import {
  createDecisionLog,
  type BatchProducer,
  type DecisionLog,
  type KafkaClient,
  type KafkaLog,
} from '@millrace/platform-kafka';

import { mappingOf, modelsOf, type ObjectMapping } from '../destinations/destination-file';
import type { ConfiguredDestination } from '../destinations/load-destinations';
import { computePlan } from './compute-plan';
import { dispatchPlan, type DispatchDeps } from './dispatch-plan';
import { approvedPartOf, PlanIndex } from './plan-index';
import type { PlanLineage } from './plan-lineage';
import type { CurrentPlans, PlanLog } from './plan-log';
import type { PlanSettings, ReadBackRecords } from './plan-subject';
import { mirrorPlans, unmirroredPlans } from './plan-mirror';
import { RunIndex } from './run-index';
import { runSetOf, type RunSet } from './run-set';
import { whenToPlan } from './when';

/** Runs and open ticks of scores.published.v1; claims are not looked at. */
export type ScoresLog = DecisionLog<RunOrTick>;

export interface PlannerDeps {
  readonly destinations: readonly ConfiguredDestination[];
  readonly scores: ScoresLog;
  readonly planLog: PlanLog;
  readonly currentPlans: CurrentPlans;
  readonly clickhouse: ClickHouse;
  readonly settingAside: SettingAside;
  readonly producer: BatchProducer;
  readonly topicPrefix: string;
  readonly settings: PlannerSettings;
  /** How long the replica that made a plan has to put it into the topic before another does. */
  readonly takeoverMs: number;
  readonly waitForMirror: () => Promise<void>;
  /** Undefined: the destination cannot be asked what it has. */
  readonly readBackOf?: (destination: string) => ReadBackRecords | undefined;
  readonly onPlanned: (plan: PlanDecision, seconds: number) => void;
  /** Left out: nobody is told of plans. */
  readonly lineage?: PlanLineage;
  readonly now?: () => number;
  readonly log: KafkaLog;
}

export interface PlannerSettings extends PlanSettings {
  /** HH:MM local: open ticks are not waited for any longer. */
  readonly latest: string;
  readonly zone: string;
  /** Plans that are computed beside each other. */
  readonly atOnce: number;
}

export function createScoresLog(
  kafka: KafkaClient,
  topicPrefix: string,
  log: KafkaLog,
  maxWaitTimeMs?: number,
): ScoresLog {
  return createDecisionLog<RunOrTick>({
    kafka,
    topic: scoresTopic(topicPrefix).name,
    read: readRunOrTick,
    maxWaitTimeMs,
    log,
  });
}

interface Due {
  readonly configured: ConfiguredDestination;
  readonly mapping: ObjectMapping;
  readonly set: RunSet;
  readonly missing: readonly string[];
}

/**
 * Keeps every destination's objects planned for the runs that are current and every decided plan dispatched. `tick` may be called by
 * anyone at any time; calls run one after the other and a failed one is simply followed by the next. What a tick looks at are the
 * objects of the file and what is left to do, however many plans there were.
 */
export class Planner {
  readonly #deps: PlannerDeps;
  readonly #now: () => number;
  readonly #runs = new RunIndex();
  readonly #plans = new PlanIndex();
  readonly #stopFollowing: readonly (() => void)[];
  /** What an object waits for, so that it is said once. */
  readonly #said = new Map<string, string>();
  #turn: Promise<void> = Promise.resolve();

  constructor(deps: PlannerDeps) {
    const { scores, planLog } = deps;
    this.#deps = deps;
    this.#now = deps.now ?? Date.now;
    for (const entry of scores.entries()) this.#runs.apply(entry);
    for (const entry of planLog.entries()) this.#plans.apply(entry);
    this.#stopFollowing = [
      scores.onEntry((entry) => this.#runs.apply(entry)),
      planLog.onEntry((entry) => this.#plans.apply(entry)),
    ];
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

  stop(): void {
    for (const stop of this.#stopFollowing) stop();
  }

  async #run(): Promise<void> {
    const { settings, scores, planLog } = this.#deps;
    scores.assertReadable();
    planLog.assertReadable();
    const failures = await someAtOnce(
      settings.atOnce,
      this.#plansDue().map((due) => () => this.#plan(due)),
    );
    const rest = [...this.#dispatchesDue(), ...this.#approvalsDue(), () => this.#mirror()];
    failures.push(...(await someAtOnce(1, rest)));
    if (failures.length > 0) throw failures[0];
  }

  #plansDue(): Due[] {
    const { destinations, currentPlans } = this.#deps;
    const due: Due[] = [];
    for (const configured of destinations) {
      for (const mapping of configured.entry.objects) {
        const set = runSetOf(mapping, AUDIENCES[mapping.entity], this.#runs);
        if (set === undefined || set.newest.run.deliver === false) continue;
        const { name } = configured.entry;
        if (currentPlans.hasBeen(name, mapping.object, set.hash)) continue;
        const current = currentPlans.of(name, mapping.object);
        if (current?.through !== undefined && current.through > Number(set.newest.offset)) continue;
        const missing = this.#modelsNotWaitedFor(configured, mapping, current);
        if (missing !== undefined) due.push({ configured, mapping, set, missing });
      }
    }
    return due;
  }

  /** Undefined: somebody is waited for. */
  #modelsNotWaitedFor(
    { entry }: ConfiguredDestination,
    mapping: ObjectMapping,
    current: PlanDecision | undefined,
  ): readonly string[] | undefined {
    const { settings, log } = this.#deps;
    const models = [...modelsOf(mapping), AUDIENCES[mapping.entity]];
    const when = whenToPlan({
      openTicks: new Map(models.map((model) => [model, this.#runs.openTicks(model)])),
      now: this.#now(),
      latest: settings.latest,
      deadline: settings.deadline,
      zone: settings.zone,
      takesMs: current === undefined ? 0 : current.predicted_finish_at - current.planned_at,
    });
    const subject = `${entry.name} ${mapping.object}`;
    const waitsFor = when.do === 'wait' ? when.for.join(', ') : '';
    if (waitsFor !== '' && waitsFor !== this.#said.get(subject)) {
      log.info(
        { destination: entry.name, object: mapping.object },
        `${subject} is planned after the due runs of ${waitsFor}`,
      );
    }
    this.#said.set(subject, waitsFor);
    return when.do === 'plan' ? when.withoutWaitingFor : undefined;
  }

  async #plan(due: Due): Promise<void> {
    const { lineage, currentPlans } = this.#deps;
    const { name } = due.configured.entry;
    const { object, entity } = due.mapping;
    const begun = {
      destination: name,
      object,
      subject: entity,
      set: due.set,
      after: currentPlans.of(name, object)?.plan_id,
    };
    lineage?.begin(begun);
    try {
      if (!(await this.#decidePlan(due))) lineage?.abandon(begun);
    } catch (error) {
      lineage?.fail(begun, error);
      throw error;
    }
  }

  /** False: another plan of the object came first. */
  async #decidePlan({ configured, mapping, set, missing }: Due): Promise<boolean> {
    const { clickhouse, planLog, currentPlans, settings, onPlanned, readBackOf } = this.#deps;
    const { name } = configured.entry;
    await this.#deps.waitForMirror();
    const startedAt = this.#now();
    const before = currentPlans.of(name, mapping.object);
    const plan = await computePlan(
      clickhouse,
      {
        configured,
        mapping,
        set,
        missing,
        before,
        compared: this.#plans.compared(name, mapping.object, set.newest.run.model),
        readBack: readBackOf?.(name),
      },
      settings,
      startedAt,
    );
    // Another replica may have planned meanwhile: a newer set ends this one, an older one is what is on its way now.
    await planLog.refresh();
    if (currentPlans.of(name, mapping.object) !== before) return false;
    const key = planKey(name, mapping.object, set.hash, before?.plan_id);
    const { won } = await planLog.propose(key, { kind: 'plan', ...plan });
    // Who has won tells how the plan of this key ends.
    if (!won || currentPlans.of(name, mapping.object)?.plan_id !== plan.plan_id) return true;
    onPlanned(plan, (this.#now() - startedAt) / 1000);
    this.#sayWhatMatters(plan);
    return true;
  }

  #sayWhatMatters(plan: PlanDecision): void {
    const { log } = this.#deps;
    const { destination, object, plan_id, missing = [], held_because, suppressed } = plan;
    const facts = { destination, object, plan: plan_id };
    if (missing.length > 0)
      log.warn({ ...facts, missing }, `${destination} ${object} was planned without all of its models`);
    if (plan.predicted_finish_at > plan.deadline_at && plan.to_send > 0) {
      const predicted = new Date(plan.predicted_finish_at).toISOString();
      log.warn(
        { ...facts, calls: plan.calls, predicted },
        'the quotas do not let this plan finish before its deadline; the lowest tiers come last',
      );
    }
    if (held_because === undefined) return;
    log.error(
      { ...facts, waiting: suppressed.waits_for_approval },
      `${suppressed.waits_for_approval} records of ${destination} ${object} wait for approval: ${held_because}; ` +
        `look at them with npx millrace plan --destination ${destination}, let them go with ` +
        `npx millrace deliveries approve ${plan_id} --note <why>`,
    );
  }

  #dispatchesDue(): (() => Promise<void>)[] {
    return this.#plans.undispatched().flatMap(({ plan, appendedAt }) => {
      const configured = this.#configuredOf(plan);
      return configured === undefined || this.#isOthers(plan, appendedAt)
        ? []
        : [() => this.#dispatch(plan, subjectOf(configured, plan.object))];
    });
  }

  async #dispatch(plan: PlanDecision, subject: Subject): Promise<void> {
    await dispatchPlan(plan, subject, this.#dispatchDeps());
    this.#deps.lineage?.complete(plan, subject);
  }

  /** What somebody approved goes out with its newest values, as the records of a plan that no other replaces. */
  #approvalsDue(): (() => Promise<void>)[] {
    return this.#plans.approved().flatMap(({ plan, appendedAt }) => {
      const configured = this.#configuredOf(plan);
      if (configured === undefined || this.#isOthers(plan, appendedAt)) return [];
      return [() => this.#sendApproved(plan, configured)];
    });
  }

  async #sendApproved(plan: PlanDecision, configured: ConfiguredDestination): Promise<void> {
    const { clickhouse, planLog, settings } = this.#deps;
    const part = approvedPartOf(plan.plan_id);
    const mapping = mappingOf(configured.entry, plan.object);
    const set = mapping && runSetOf(mapping, AUDIENCES[mapping.entity], this.#runs);
    if (mapping === undefined || set === undefined) {
      await planLog.propose(dispatchKey(part), { kind: 'dispatched', plan_id: part, replica: settings.replica });
      return;
    }
    const forced = { heldOf: plan.attempt_id };
    const computed = await computePlan(clickhouse, { configured, mapping, set, forced }, settings, this.#now());
    await dispatchPlan({ ...computed, plan_id: part }, mapping.entity, this.#dispatchDeps());
  }

  #configuredOf({ destination }: PlanDecision): ConfiguredDestination | undefined {
    return this.#deps.destinations.find(({ entry }) => entry.name === destination);
  }

  #isOthers({ replica }: PlanDecision, appendedAt: number): boolean {
    return replica !== this.#deps.settings.replica && this.#now() - appendedAt < this.#deps.takeoverMs;
  }

  #dispatchDeps(): DispatchDeps {
    const { clickhouse, producer, planLog, topicPrefix, settings } = this.#deps;
    return { clickhouse, producer, planLog, topicPrefix, replica: settings.replica, now: this.#now };
  }

  async #mirror(): Promise<void> {
    const { clickhouse, settingAside } = this.#deps;
    const plans = this.#plans.unmirrored();
    if (plans.length === 0) return;
    const missing = await unmirroredPlans(clickhouse, plans);
    if (missing.length > 0) await mirrorPlans(settingAside, missing);
    for (const { plan_id } of plans) this.#plans.noteMirrored(plan_id);
  }
}

const subjectOf = ({ entry }: ConfiguredDestination, object: string): 'person' | 'account' =>
  mappingOf(entry, object)?.entity ?? 'person';

/** So many at a time, each whatever became of the others; the failures of all. */
async function someAtOnce(atOnce: number, works: readonly (() => Promise<void>)[]): Promise<unknown[]> {
  const failures: unknown[] = [];
  const left = [...works];
  const worker = async (): Promise<void> => {
    for (let work = left.shift(); work !== undefined; work = left.shift()) {
      await work().catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, works.length) }, worker));
  return failures;
}
