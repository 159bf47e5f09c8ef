import type { ScoringConfig } from './app.config';
import {
  agreeWithInstallation,
  closeConnections,
  createConnections,
  type Connections,
} from './connections/connections';
import { createEntityLander } from './entities/entity-lander';
import { createFiguresLoop } from './figures/figures-loop';
import { createRollupLoop, type RollupLoop } from './rollup/rollup-loop';
import { pruneBuilds } from './rollup/prune-builds';
import { createJob, type Job } from './runs/job';
import { runsOf } from './runs/run-key';
import { confirmRuns } from './runs/run-records';
import { createScheduler, type Scheduler } from './schedule/scheduler';
import type { KafkaLog, BatchConsumer } from '@millrace/platform-kafka';

/**
 * The service in named steps:
 *   1. entities.* are landed as people and accounts;
 *   2. windows.sealed.v1 is read: each step's winner is mirrored, the local days it touched are rolled up as of it;
 *   3. at a tick of its schedule one replica runs lead_score over complete days: stage, score in chunks, check, publish;
 *   4. the figures of the newest night are told at /metrics.
 */
export interface Scoring {
  readonly connections: Connections;
  readonly job: Job;
  readonly entities: BatchConsumer;
  readonly rollup: RollupLoop;
  readonly scheduler: Scheduler;
  /** Refuses days and schedules of another zone than the installation's. */
  agree(): Promise<void>;
  start(): Promise<void>;
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

export function createScoring(config: ScoringConfig, log: KafkaLog): Scoring {
  const connections = createConnections(config, log);
  const { chain, scores, clickhouse } = connections;
  const job = createJob(connections);
  const entities = createEntityLander(connections);
  const rollup = createRollupLoop({
    chain,
    winners: job.winners,
    days: job.days,
    zone: job.zone,
    agree: onceAMinute(() => agreeWithInstallation(connections)),
    log,
  });
  const scheduler = createScheduler({
    job,
    scores,
    log,
    replica: config.REPLICA_ID,
    pollMs: config.SCHEDULE_POLL_SECONDS * 1000,
    leaseMs: config.TICK_LEASE_SECONDS * 1000,
    catchUpMs: config.SCHEDULE_CATCH_UP_SECONDS * 1000,
    attempts: config.RUN_ATTEMPTS,
    retryMs: config.RUN_RETRY_SECONDS * 1000,
    onRun: async () => {
      const pruned = await pruneBuilds(clickhouse, config.BUILDS_KEPT_HOURS);
      if (pruned > 0) log.info({ pruned }, 'superseded builds of days deleted');
    },
  });

  const figures = createFiguresLoop(clickhouse, log);

  return {
    connections,
    job,
    entities,
    rollup,
    scheduler,
    agree: () => agreeWithInstallation(connections),
    async start() {
      await Promise.all([chain.start(), scores.start()]);
      // Kafka or its topics being away means waiting, for the entities alone.
      entities.start().catch((error: unknown) => log.error({ err: error }, 'people and accounts are not landed'));
      const confirmed = await confirmRuns(clickhouse, runsOf(scores.entries(), job.name));
      if (confirmed > 0) log.warn({ confirmed }, 'runs that were decided and not mirrored are mirrored now');
      rollup.start();
      figures.start();
      if (config.SCHEDULES_ENABLED) scheduler.start();
    },
    async stop() {
      await Promise.allSettled([scheduler.stop(), rollup.stop(), figures.stop(), entities.stop()]);
      await closeConnections(connections);
    },
  };
}
