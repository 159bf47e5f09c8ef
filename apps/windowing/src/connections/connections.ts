import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { clickhouseConnectionOf, installationVariablesOf, kafkaConnectionOf } from '@millrace/platform-config';
import {
  agreeOnInstallation,
  createKafka,
  SchemaRegistryCodec,
  type KafkaClient,
  type KafkaLog,
} from '@millrace/platform-kafka';

import type { WindowingConfig } from '../app.config';

/** Injects the service's connections. */
export const CONNECTIONS = Symbol('CONNECTIONS');

/** What the service and its command line are connected to. */
export interface Connections {
  readonly config: WindowingConfig;
  readonly log: KafkaLog;
  readonly kafka: KafkaClient;
  readonly clickhouse: ClickHouse;
  readonly registry: SchemaRegistryCodec;
}

/** Landing, sealing and retention work at the same time. */
const MOST_CLICKHOUSE_CONNECTIONS = 20;

/** Connects nothing yet: the first call of each finds out whether it answers. `application` names the process to both. */
export function createConnections(
  config: WindowingConfig,
  log: KafkaLog,
  application = 'millrace-windowing',
): Connections {
  return {
    config,
    log,
    kafka: createKafka({ ...kafkaConnectionOf(config), clientId: application, logger: log }),
    clickhouse: createClickHouse({
      ...clickhouseConnectionOf(config),
      application,
      maxConnections: MOST_CLICKHOUSE_CONNECTIONS,
    }),
    registry: new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL }),
  };
}

/** Refuses a process whose zone or windows are not those that the installation recorded. */
export const agreeWithInstallation = ({ config, kafka, log }: Connections): Promise<void> =>
  agreeOnInstallation({ kafka, topicPrefix: config.TOPIC_PREFIX, log }, installationVariablesOf(config));

export const closeConnections = ({ clickhouse }: Connections): Promise<void> => clickhouse.close();
