import type { ClickHouse } from '@millrace/platform-clickhouse';
import { createBatchConsumer, type BatchConsumer, type KafkaClient } from '@millrace/platform-kafka';

import type { WindowingConfig } from '../app.config';
import { WriterPlans, type SchemaSource } from './intake/writer-plans';
import { Lander } from './lander';
import { landingSettingsOf, type LandingLog } from './landing-settings';
import { KafkaLogReader } from './partitions/kafka-log-reader';
import { LandingStore } from './store/landing-store';

export interface Landing {
  readonly consumer: BatchConsumer;
  readonly lander: Lander;
  /** Flushes, commits, leaves the group. */
  stop(): Promise<void>;
}

export interface LandingDeps {
  readonly kafka: KafkaClient;
  readonly clickhouse: ClickHouse;
  readonly registry: SchemaSource;
  readonly log: LandingLog;
}

/** One fetch at most, and one partition's share of it: what is in memory besides the chunks. */
const FETCH_BYTES = 16 * 1024 * 1024;
const PARTITION_FETCH_BYTES = 4 * 1024 * 1024;

/** The topics that windowing reads: every `<prefix>signals.<source>.v1`, those created later included. */
export function signalTopicsPattern(prefix: string): RegExp {
  const literal = prefix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal}signals\\.[a-z][a-z0-9_-]{0,62}\\.v1$`);
}

/** Wires the lander to its consumer; `consumer.start()` begins. */
export function createLanding(config: WindowingConfig, deps: LandingDeps): Landing {
  const { kafka, clickhouse, registry, log } = deps;
  const settings = landingSettingsOf(config);
  const logReader = new KafkaLogReader(kafka);
  const plans = new WriterPlans(registry, settings, ({ schemaId, why }) =>
    log.info({ schemaId, path: why === null ? 'fast' : 'reference', why }, 'a writer schema was seen first'),
  );
  const lander: Lander = new Lander({
    consumer: () => consumer,
    store: new LandingStore(clickhouse, settings.windowSizeMs),
    plans,
    logReader,
    settings,
    log,
  });
  const consumer: BatchConsumer = createBatchConsumer({
    kafka,
    groupId: `${config.TOPIC_PREFIX}windowing`,
    topics: signalTopicsPattern(config.TOPIC_PREFIX),
    onBatch: (batch, context) => lander.onBatch(batch, context),
    hooks: {
      onAssigned: (assignment, epoch) => lander.onAssigned(assignment, epoch),
      onSkipped: (skipped, epoch) => lander.onSkipped(skipped, epoch),
      onRevoking: () => lander.drain(),
      onHandlerError: (_error, where) => lander.onRewound(where),
    },
    sessionTimeoutMs: config.KAFKA_SESSION_TIMEOUT_SECONDS * 1000,
    rebalanceTimeoutMs: config.KAFKA_REBALANCE_TIMEOUT_SECONDS * 1000,
    discoveryIntervalMs: config.TOPIC_DISCOVERY_SECONDS * 1000,
    drainTimeoutMs: 15_000,
    rawRecords: settings.path === 'fast',
    maxBytes: FETCH_BYTES,
    maxBytesPerPartition: PARTITION_FETCH_BYTES,
    minBytes: 1,
    log,
  });
  const retention = setInterval(() => {
    lander.checkRetention().catch((error: unknown) => log.warn({ err: error }, 'retention was not checked'));
  }, config.TOPIC_DISCOVERY_SECONDS * 1000);
  retention.unref();
  return {
    consumer,
    lander,
    stop: async () => {
      clearInterval(retention);
      await consumer.stop();
      lander.stop();
      await logReader.close();
    },
  };
}
