import { RetryableError } from '@millrace/platform-errors';
import type { BatchConsumer } from '@millrace/platform-kafka';
import type { HealthRegistry } from '@millrace/platform-observability';

import { sealHeadOf } from './chain/seal-head';
import { agreeWithInstallation, type Connections } from './connections/connections';
import { createEntityLander } from './entities/entity-lander';
import { createFiguresLoop } from './figures/figures-loop';
import { createOperationSteps } from './operations/operation-steps';
import { createOperations, type Operations } from './operations/operations';
import { createRollupLoop, type RollupLoop } from './rollup/rollup-loop';
import { pruneBuilds } from './rollup/prune-builds';
import { createEngine, type Engine } from './runs/engine';
import { confirmRuns } from './runs/run-records';
import { createScheduler, type Scheduler } from './schedule/scheduler';

/** The parts of the service, wired; topology.ts says when they begin. */
export interface Scoring {
  readonly connections: Connections;
  readonly engine: Engine;
  readonly entities: BatchConsumer;
  readonly rollup: RollupLoop;
  readonly scheduler: Scheduler;
  /** Runs that were asked for over HTTP. */
  readonly operations: Operations;
  /** Whether `begin` was called. */
  readonly hasBegun: () => boolean;
  /** Aborts when the service stops. */
  readonly stopping: AbortSignal;
  /** The chain of seal steps, the log of runs, that of who is who and that of settings, to their ends. May be repeated until it succeeds. */
  readLogs(): Promise<void>;
  /** What is published of settings is what counts from now on, after `readLogs`. May be repeated until it succeeds. */
  readSettings(): Promise<void>;
  /** Runs that were decided and not mirrored are mirrored, after `readLogs`. May be repeated. */
  confirmRuns(): Promise<void>;
  /** Everything works from now on. */
  begin(): void;
  addChecks(health: HealthRegistry): void;
  stop(): Promise<void>;
}

const MINUTE_MS = 60_000;

/** Asks again when the last consent is older than a minute. */
function onceAMinute(ask: () => Promise<void>): () => Promise<void> {
  let askedAt = 0;
  return async () => {
    if (Date.now() - askedAt < MINUTE_MS) return;
    await ask();
    askedAt = Date.now();
  };
}

/** Throws ConfigError when models, settings or schedule do not hold. */
export function createScoring(connections: Connections): Scoring {
  const { config, log, chain, scores, edits, publications, clickhouse } = connections;
  const engine = createEngine(connections);
  const entities = createEntityLander(connections);
  const rollup = createRollupLoop({
    chain,
    rollups: engine.rollups,
    agree: onceAMinute(() => agreeWithInstallation(connections)),
    log,
  });
  const scheduler = createScheduler({
    jobs: engine.jobs,
    scores,
    decisions: engine.decisions,
    head: () => sealHeadOf(chain.head()?.value),
    log,
    zone: engine.zone,
    replica: config.REPLICA_ID,
    pollMs: config.SCHEDULE_POLL_SECONDS * 1000,
    leaseMs: config.TICK_LEASE_SECONDS * 1000,
    catchUpMs: config.SCHEDULE_CATCH_UP_SECONDS * 1000,
    attempts: config.RUN_ATTEMPTS,
    retryMs: config.RUN_RETRY_SECONDS * 1000,
    onRun: async () => {
      const rollups = engine.rollups().map(({ model }) => model);
      const pruned = await pruneBuilds(clickhouse, rollups, config.BUILDS_KEPT_HOURS);
      if (pruned > 0) log.info({ pruned }, 'superseded builds of days deleted');
    },
  });

  const operations = createOperations(createOperationSteps(engine));
  const stopping = new AbortController();
  let hasBegun = false;
  const figures = createFiguresLoop(clickhouse, log);

  return {
    connections,
    engine,
    entities,
    rollup,
    scheduler,
    operations,
    hasBegun: () => hasBegun,
    stopping: stopping.signal,
    async readLogs() {
      await Promise.all([chain.start(), scores.start(), edits.refresh(), publications.refresh()]);
    },
    readSettings: () => engine.readSettings(),
    async confirmRuns() {
      const confirmed = await confirmRuns(clickhouse, engine.decisions.runs());
      if (confirmed > 0) log.warn({ confirmed }, 'runs that were decided and not mirrored are mirrored now');
    },
    begin() {
      hasBegun = true;
      // Waits for its topics by itself.
      void entities.start();
      rollup.start();
      figures.start();
      if (config.SCHEDULES_ENABLED) scheduler.start();
    },
    addChecks(health) {
      health.addReadiness('landing entities', () => entities.assertHandling());
      health.addReadiness('decisions', () => {
        for (const decisions of [chain, scores, edits, publications]) decisions.assertReadable();
      });
      health.addReadiness('rollup', () => rollup.check());
      health.addReadiness('entities group', () => assertJoined(entities));
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled([operations.stop(), scheduler.stop(), rollup.stop(), figures.stop(), entities.stop()]);
    },
  };
}

function assertJoined(entities: BatchConsumer): void {
  if (entities.isJoined()) return;
  throw new RetryableError('not a member of the consumer group yet', {
    code: 'SERVICE_NOT_READY',
    advice: 'Check KAFKA_BROKERS, and that topics and tables exist: npx millrace deploy',
  });
}
