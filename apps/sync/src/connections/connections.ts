import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { clickhouseConnectionOf, installationVariablesOf, kafkaConnectionOf } from '@millrace/platform-config';
import {
  agreeOnInstallation,
  createBatchProducer,
  createKafka,
  SchemaRegistryCodec,
  toKafkaError,
  type BatchProducer,
  type KafkaAdmin,
  type KafkaClient,
  type KafkaLog,
} from '@millrace/platform-kafka';
import { createLineage, type Lineage } from '@millrace/platform-lineage';

import type { SyncConfig } from '../app.config';

/** Injects the service's connections. */
export const CONNECTIONS = Symbol('CONNECTIONS');

/** What the service and its command line are connected to. */
export interface Connections {
  readonly config: SyncConfig;
  readonly log: KafkaLog;
  readonly kafka: KafkaClient;
  readonly admin: KafkaAdmin;
  readonly clickhouse: ClickHouse;
  readonly registry: SchemaRegistryCodec;
  /** For plans and outcomes: waits a little to fill requests. */
  readonly producer: BatchProducer;
  /** For urgent records: waits for nothing. */
  readonly urgentProducer: BatchProducer;
  /** Tells a catalogue of plans, if one wants to hear of them. */
  readonly lineage: Lineage;
}

const MEBIBYTE = 1024 * 1024;

/** Connects nothing yet: `connectKafka` does, and the first call of each of the others. */
export function createConnections(config: SyncConfig, log: KafkaLog): Connections {
  const kafka = createKafka({ ...kafkaConnectionOf(config), clientId: 'sync' });
  const clickhouse = createSyncClickHouse(config);
  return {
    config,
    log,
    kafka,
    admin: kafka.admin(),
    clickhouse,
    registry: new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL }),
    producer: createBatchProducer({
      kafka,
      compression: 'gzip',
      maxBatchBytes: 6 * MEBIBYTE,
      maxQueuedBytes: 256 * MEBIBYTE,
      deliveryTimeoutMs: 30_000,
    }),
    urgentProducer: createBatchProducer({ kafka, lingerMs: 0 }),
    lineage: createLineage({ service: 'sync', config, clickhouse, log }),
  };
}

export function createSyncClickHouse(config: SyncConfig): ClickHouse {
  return createClickHouse({
    ...clickhouseConnectionOf(config),
    application: 'millrace-sync',
    // A plan compares with what was recorded a moment ago, perhaps on another replica.
    ...(config.CLICKHOUSE_CLUSTER === undefined ? {} : { settings: { select_sequential_consistency: '1' } }),
  });
}

/** Refuses a process whose zone is not the one that the installation recorded. */
export const agreeWithInstallation = ({ config, kafka, log }: Connections): Promise<void> =>
  agreeOnInstallation({ kafka, topicPrefix: config.TOPIC_PREFIX, log }, installationVariablesOf(config));

/** May be repeated until it succeeds. */
export async function connectKafka({ admin }: Connections): Promise<void> {
  try {
    await admin.connect();
  } catch (error) {
    throw toKafkaError(error, 'Connecting to Kafka failed');
  }
}

export async function closeConnections(connections: Connections): Promise<void> {
  const { admin, clickhouse, producer, urgentProducer, lineage } = connections;
  await lineage.close();
  await Promise.allSettled([producer.close(), urgentProducer.close(), admin.disconnect(), clickhouse.close()]);
}
