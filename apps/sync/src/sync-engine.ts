import { urgencyTopic } from '@millrace/contract-delivery';
import { topicRules } from '@millrace/contract-signal';
import { SettingAside } from '@millrace/platform-clickhouse';
import { verdictSettingsOf } from '@millrace/platform-config';
import { createHttpClient, type HttpClient } from '@millrace/platform-http';
import type { BatchConsumer } from '@millrace/platform-kafka';
import { FailureWatch, type HealthRegistry } from '@millrace/platform-observability';

import type { Connections } from './connections/connections';
import { Delivery } from './delivery/delivery';
import type { ConfiguredDestination } from './destinations/load-destinations';
import { EntitiesView } from './entities/entities-view';
import { IDLE_FETCH_MS } from './idle-fetch';
import {
  entityViewLag,
  entityViewReady,
  entityViewUnreadable,
  mirroredTotal,
  plannedTotal,
  planningSeconds,
  signalsReadTotal,
  urgentTotal,
} from './metrics';
import { createOutcomesMirror, waitForMirror } from './mirror/outcomes-mirror';
import { createPlanLineage } from './planning/plan-lineage';
import { createPlanLog, CurrentPlans, type PlanLog } from './planning/plan-log';
import { createScoresLog, Planner, type ScoresLog } from './planning/planner';
import { createEmailFinder } from './urgent/email-finder';
import { createFastLane } from './urgent/fast-lane-consumer';
import { KnownEmails } from './urgent/known-emails';
import { KnownEmailsRepository } from './urgent/known-emails.repository';
import { compileRules } from './urgent/match-rules';
import { UrgentDecisionsRepository } from './urgent/urgent-decisions.repository';
import { createUrgentLog, type UrgentLog } from './urgent/urgent-ledger';
import type { UrgencyRule } from './urgent/urgency-rules';
import { createWaitForEntities } from './urgent/when-current';
import { UnreadRecords } from './unread-records';

export interface EngineDeps extends Connections {
  readonly replica: string;
  readonly destinations: readonly ConfiguredDestination[];
  readonly rules: readonly UrgencyRule[];
}

/** E-mails of users that the fast lane keeps in memory; the rest is in the table. */
const MOST_KNOWN_EMAILS = 200_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Everything sync runs: outcomes mirror, planner, a worker per destination and lane, the fast lane. */
export class SyncEngine {
  readonly #deps: EngineDeps;
  readonly #client: HttpClient = createHttpClient();
  readonly #currentPlans = new CurrentPlans();
  readonly #scores: ScoresLog;
  readonly #planLog: PlanLog;
  readonly #urgentLog: UrgentLog;
  readonly #entities: EntitiesView;
  readonly #mirror: BatchConsumer;
  readonly #delivery: Delivery;
  readonly #fastLane: BatchConsumer;
  readonly #decisions: UrgentDecisionsRepository;
  readonly #knownEmails: KnownEmailsRepository;
  readonly #planner: Planner;
  readonly #settingAside: SettingAside;
  readonly #unread: UnreadRecords;
  readonly #planning = new FailureWatch('planning');
  readonly #noting = new FailureWatch('storing urgent decisions');
  #timer: NodeJS.Timeout | undefined;
  #isStopping = false;
  #stopped: Promise<void> | undefined;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    const { config, kafka, log, clickhouse } = deps;
    const topicPrefix = config.TOPIC_PREFIX;
    this.#scores = createScoresLog(kafka, topicPrefix, log, IDLE_FETCH_MS);
    this.#planLog = createPlanLog(kafka, topicPrefix, log, IDLE_FETCH_MS);
    this.#urgentLog = createUrgentLog(kafka, urgencyTopic(topicPrefix).name, log, IDLE_FETCH_MS);
    this.#planLog.onEntry((entry) => this.#currentPlans.apply(entry));
    this.#unread = new UnreadRecords(log);
    this.#settingAside = new SettingAside({ clickhouse, service: 'sync', log });
    this.#mirror = createOutcomesMirror({
      kafka,
      topicPrefix,
      sessionTimeoutMs: config.KAFKA_SESSION_TIMEOUT_SECONDS * 1000,
      settingAside: this.#settingAside,
      unread: this.#unread,
      log,
      onMirrored: (rows) => mirroredTotal.inc(rows),
    });
    this.#entities = new EntitiesView({
      kafka,
      registry: deps.registry,
      topicPrefix,
      discoveryIntervalMs: config.TOPIC_DISCOVERY_SECONDS * 1000,
      log,
    });
    this.#delivery = new Delivery({
      ...deps,
      client: this.#client,
      planLog: this.#planLog,
      currentPlans: this.#currentPlans,
      people: this.#entities,
      unread: this.#unread,
      waitForMirror: this.#waitForMirror,
      isStopping: () => this.#isStopping,
    });
    this.#planner = this.#createPlanner();
    this.#decisions = new UrgentDecisionsRepository({
      settingAside: this.#settingAside,
      flushing: this.#noting,
      onFailure: (error) =>
        log.warn({ err: error }, 'noting urgent decisions failed, will retry; deliveries are not affected'),
      onDropped: (notes) => log.error({ notes }, 'notes of urgent decisions had no room; deliveries are not affected'),
    });
    this.#knownEmails = new KnownEmailsRepository(clickhouse, this.#settingAside, (error) =>
      log.warn({ err: error }, 'storing e-mails of users failed; urgent signals that name no e-mail may miss them'),
    );
    this.#fastLane = this.#createFastLane();
  }

  /** The decision logs, to their ends. May be repeated until it succeeds. */
  async readLogs(): Promise<void> {
    await Promise.all([this.#scores.start(), this.#planLog.start(), this.#urgentLog.start()]);
  }

  /** Everything works from now on; consumers join their groups by themselves. */
  begin(): void {
    const { config } = this.#deps;
    void this.#mirror.start();
    this.#delivery.start();
    this.#scores.onEntry(() => this.#tick());
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), config.PLAN_INTERVAL_SECONDS * 1000);
    this.#entities.start();
    void this.#fastLane.start();
  }

  addChecks(health: HealthRegistry): void {
    health.addReadiness('consumers', () => this.#assertReading());
    health.addReadiness('people and accounts', () => this.#entities.assertCurrent());
    health.addReadiness('unreadable records', this.#unread.check);
    health.addReadiness('decisions', () => this.#assertReadable());
    health.addReadiness('progress', () => this.#assertProgress());
  }

  /** Throws unless every consumer is a member of its group. */
  #assertReading(): void {
    const parts: [string, boolean][] = [
      ['outcomes mirror', this.#mirror.isJoined()],
      ['fast lane', this.#fastLane.isJoined()],
      ...this.#delivery.workers.map((worker, index): [string, boolean] => [`worker ${index}`, worker.isJoined()]),
    ];
    const missing = parts.filter(([, isJoined]) => !isJoined).map(([name]) => name);
    if (missing.length > 0) throw new Error(`not reading yet: ${missing.join(', ')}`);
  }

  /** Throws when a decision log holds what this version needs and cannot read. */
  #assertReadable(): void {
    for (const decisions of [this.#scores, this.#planLog, this.#urgentLog]) decisions.assertReadable();
  }

  /** Throws when something is repeated without success for longer than a minute. */
  #assertProgress(): void {
    for (const consumer of [this.#mirror, this.#fastLane, ...this.#delivery.workers]) consumer.assertHandling();
    this.#planning.check();
    this.#delivery.assertLoading();
    this.#noting.check();
  }

  /** Ends at the next boundary of a request; what is not done is read again by whoever comes next. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    await this.#planner.idle();
    this.#planner.stop();
    await Promise.allSettled([this.#fastLane.stop(), this.#delivery.stop()]);
    await Promise.allSettled([
      this.#mirror.stop(),
      this.#entities.stop(),
      this.#decisions.close(),
      this.#knownEmails.close(),
    ]);
    await Promise.allSettled([this.#scores.stop(), this.#planLog.stop(), this.#urgentLog.stop()]);
    await this.#client.close();
  }

  #tick(): void {
    if (this.#isStopping) return;
    entityViewReady.set(this.#entities.isCurrent() ? 1 : 0);
    entityViewLag.set(this.#entities.lag());
    entityViewUnreadable.set(this.#entities.unreadable());
    this.#planning
      .watch(() => this.#planner.tick())
      .catch((error: unknown) => {
        this.#deps.log.warn({ err: error }, 'planning failed, will retry');
      });
  }

  readonly #waitForMirror = (): Promise<void> =>
    waitForMirror(this.#deps.admin, this.#deps.config.TOPIC_PREFIX, {
      timeoutMs: this.#deps.config.MIRROR_WAIT_SECONDS * 1000,
      sleep,
    });

  #createPlanner(): Planner {
    const { config, destinations, clickhouse, producer, replica, lineage, log } = this.#deps;
    return new Planner({
      destinations,
      scores: this.#scores,
      planLog: this.#planLog,
      clickhouse,
      settingAside: this.#settingAside,
      producer,
      topicPrefix: config.TOPIC_PREFIX,
      currentPlans: this.#currentPlans,
      readBackOf: (name) => this.#delivery.readBackOf(name),
      settings: {
        chunkRecords: config.DELIVERY_CHUNK_RECORDS,
        deadline: config.DELIVERY_DEADLINE,
        replica,
        latest: config.PLAN_LATEST,
        zone: config.TIME_ZONE,
        atOnce: config.PLANS_AT_ONCE,
      },
      takeoverMs: config.PLAN_TAKEOVER_SECONDS * 1000,
      waitForMirror: this.#waitForMirror,
      lineage: createPlanLineage(lineage, config.TOPIC_PREFIX),
      onPlanned: (plan, took) => {
        planningSeconds.observe({ destination: plan.destination }, took);
        plannedTotal.inc({ destination: plan.destination, state: 'send' }, plan.to_send);
        for (const [state, count] of Object.entries(plan.suppressed)) {
          plannedTotal.inc({ destination: plan.destination, state }, count ?? 0);
        }
      },
      log,
    });
  }

  #createFastLane(): BatchConsumer {
    const { config, kafka, registry, destinations, rules, urgentProducer, log } = this.#deps;
    const emails = new KnownEmails(MOST_KNOWN_EMAILS);
    return createFastLane({
      kafka,
      registry,
      topicPrefix: config.TOPIC_PREFIX,
      discoveryIntervalMs: config.TOPIC_DISCOVERY_SECONDS * 1000,
      sessionTimeoutMs: config.KAFKA_SESSION_TIMEOUT_SECONDS * 1000,
      rulesOf: topicRules(verdictSettingsOf(config), config.TOPIC_PREFIX),
      decide: {
        matcher: compileRules(rules),
        entities: this.#entities.index,
        whenCurrent: createWaitForEntities(() => this.#entities.isCurrent(), { sleep, now: Date.now }),
        emails: createEmailFinder({
          emails,
          find: (userId) => this.#knownEmails.find(userId),
          sleep,
          now: Date.now,
          onFailure: (error) => log.debug({ err: error }, 'the stored e-mail of a user cannot be read now'),
        }),
        entries: destinations.map(({ entry }) => entry),
        ledger: this.#urgentLog,
        send: (records) => urgentProducer.sendMany(records),
        topicPrefix: config.TOPIC_PREFIX,
        maxAgeMs: config.URGENT_MAX_AGE_SECONDS * 1000,
        now: Date.now,
      },
      onIdentified: (pair, stored) => {
        if (emails.learn(pair, Date.now())) this.#knownEmails.add(pair, Date.now(), stored);
        else stored();
      },
      sleep,
      isStopping: () => this.#isStopping,
      onDecisions: (decisions) => {
        for (const { rule, state } of decisions) urgentTotal.inc({ rule, state });
        this.#decisions.add(decisions, Date.now());
      },
      onRead: (records) => signalsReadTotal.inc(records),
      log,
    });
  }
}
