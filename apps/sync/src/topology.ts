import { hostname } from 'node:os';

import {
  clickhouseConnectionOf,
  httpServerOf,
  installationVariablesOf,
  kafkaConnectionOf,
} from '@millrace/platform-config';
import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import {
  agreeOnInstallation,
  createBatchProducer,
  createKafka,
  SchemaRegistryCodec,
  toKafkaError,
  type BatchProducer,
  type KafkaAdmin,
  type KafkaClient,
} from '@millrace/platform-kafka';
import {
  bootstrapService,
  createLogger,
  type RunningService,
  type ServiceOptions,
} from '@millrace/platform-observability';

import type { SyncConfig } from './app.config';
import { SyncModule } from './app.module';
import { loadDestinations } from './destinations/load-destinations';
import { SyncEngine } from './sync-engine';
import { loadUrgencyRules } from './urgent/urgency-rules';
import { waitForKafka } from './wait-for-kafka';

/** What sync holds open while it runs. */
export interface Connections {
  readonly kafka: KafkaClient;
  readonly admin: KafkaAdmin;
  readonly clickhouse: ClickHouse;
  readonly registry: SchemaRegistryCodec;
  readonly producer: BatchProducer;
  readonly urgentProducer: BatchProducer;
  close(): Promise<void>;
}

/**
 * sync: scores.published.v1 → plan (planning/) → deliveries.<destination>.v1 → worker (delivery/) → the destination →
 * deliveries.outcomes.v1 → table deliveries (mirror/); signals.* → rules (urgent/) → deliveries.<destination>.urgent.v1
 * → the same worker's urgent lane.
 */
export async function startSync(
  config: SyncConfig,
  options: Pick<ServiceOptions, 'ownsProcess' | 'logDestination'> = {},
): Promise<RunningService> {
  const destinations = loadDestinations(config.SYNC_DESTINATIONS_FILE);
  const rules = loadUrgencyRules(config.SYNC_URGENCY_FILE);
  const log = createLogger({ name: 'sync', level: config.LOG_LEVEL, destination: options.logDestination });
  const connections = await waitForKafka(log, () => connect(config));
  const replica = `${hostname()}-${process.pid}`;
  const engine = new SyncEngine({ ...connections, config, replica, destinations, rules, log });
  try {
    const where = { kafka: connections.kafka, topicPrefix: config.TOPIC_PREFIX, log };
    await agreeOnInstallation(where, installationVariablesOf(config));
    return await bootstrapService({
      ...httpServerOf('sync', config),
      module: SyncModule.with(config, connections, engine),
      ...options,
    });
  } catch (error) {
    // What stopped the start is what is said, whatever else fails on the way out.
    await engine.stop().catch(() => undefined);
    await connections.close();
    throw error;
  }
}

export function createSyncClickHouse(config: SyncConfig): ClickHouse {
  return createClickHouse({
    ...clickhouseConnectionOf(config),
    application: 'millrace-sync',
    // A plan compares with what was recorded a moment ago, perhaps on another replica.
    ...(config.CLICKHOUSE_CLUSTER === undefined ? {} : { settings: { select_sequential_consistency: '1' } }),
  });
}

export async function connect(config: SyncConfig): Promise<Connections> {
  const kafka = createKafka({ ...kafkaConnectionOf(config), clientId: 'sync' });
  const admin = kafka.admin();
  const clickhouse = createSyncClickHouse(config);
  const producer = createBatchProducer({
    kafka,
    compression: 'gzip',
    maxBatchBytes: 6 * 1024 * 1024,
    maxQueuedBytes: 256 * 1024 * 1024,
    deliveryTimeoutMs: 30_000,
  });
  const urgentProducer = createBatchProducer({ kafka, lingerMs: 0 });
  try {
    await admin.connect();
  } catch (error) {
    await Promise.allSettled([producer.close(), urgentProducer.close(), clickhouse.close()]);
    throw toKafkaError(error, 'Connecting to Kafka failed');
  }
  return {
    kafka,
    admin,
    clickhouse,
    registry: new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL }),
    producer,
    urgentProducer,
    async close() {
      await Promise.allSettled([producer.close(), urgentProducer.close(), admin.disconnect(), clickhouse.close()]);
    },
  };
}
