import { kafkaConnectionOf } from '@millrace/platform-config';
import {
  createBatchProducer,
  createKafka,
  SchemaRegistryCodec,
  type BatchProducer,
  type KafkaClient,
  type KafkaOptions,
} from '@millrace/platform-kafka';

import type { CollectorConfig } from '../app.config';

/** Injects the service's connections. */
export const CONNECTIONS = Symbol('CONNECTIONS');

/** What the service is connected to. */
export interface Connections {
  readonly config: CollectorConfig;
  readonly kafka: KafkaClient;
  readonly registry: SchemaRegistryCodec;
  readonly producer: BatchProducer;
}

/** Connects nothing yet: `producer.connect()` does, and the first call of the registry. */
export function createConnections(config: CollectorConfig, socketFactory?: KafkaOptions['socketFactory']): Connections {
  const timeoutMs = config.COLLECTOR_PRODUCE_TIMEOUT_SECONDS * 1_000;
  const kafka = createKafka({
    ...kafkaConnectionOf(config),
    clientId: 'collector',
    connectionTimeoutMs: Math.min(5_000, timeoutMs),
    requestTimeoutMs: timeoutMs,
    ...(socketFactory === undefined ? {} : { socketFactory }),
  });
  return {
    config,
    kafka,
    registry: new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL }),
    producer: createBatchProducer({
      kafka,
      lingerMs: config.COLLECTOR_LINGER_MS,
      maxQueuedBytes: config.COLLECTOR_QUEUE_BYTES,
      deliveryTimeoutMs: timeoutMs,
    }),
  };
}

export const closeConnections = ({ producer }: Connections): Promise<void> => producer.close();
