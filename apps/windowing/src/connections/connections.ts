import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { clickhouseConnectionOf, kafkaConnectionOf } from '@millrace/platform-config';
import { createKafka, SchemaRegistryCodec, type KafkaClient, type KafkaLog } from '@millrace/platform-kafka';

import type { WindowingConfig } from '../app.config';

/** What the service and its command line are connected to. */
export interface Connections {
  readonly config: WindowingConfig;
  readonly log: KafkaLog;
  readonly kafka: KafkaClient;
  readonly clickhouse: ClickHouse;
  readonly schemas: SchemaRegistryCodec;
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
    schemas: new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL }),
  };
}

export const closeConnections = ({ clickhouse }: Connections): Promise<void> => clickhouse.close();
