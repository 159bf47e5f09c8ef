import { randomBytes } from 'node:crypto';

import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { createKafka, withAdmin, type KafkaClient } from '@millrace/platform-kafka';
import { stackAddresses } from '@millrace/platform-testing';

export interface Addresses {
  readonly kafkaBrokers: string;
  readonly schemaRegistryUrl: string;
  readonly clickhouseUrl: string;
}

/** A topic prefix and a database on a stack, and clients that reach it directly, whatever is between it and the services. */
export interface Corner {
  readonly topicPrefix: string;
  readonly database: string;
  readonly kafka: KafkaClient;
  readonly clickhouse: ClickHouse;
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export function sharedAddresses(): Addresses {
  const { kafkaBrokers, schemaRegistryUrl, clickhouseUrl } = stackAddresses();
  return { kafkaBrokers: kafkaBrokers.join(','), schemaRegistryUrl, clickhouseUrl };
}

export async function openCorner(addresses: Addresses): Promise<Corner> {
  const id = randomBytes(4).toString('hex');
  const topicPrefix = `f${id}.`;
  const database = `faults_${id}`;
  const kafka = createKafka({ brokers: addresses.kafkaBrokers.split(','), clientId: `faults-${id}` });
  const clickhouse = createClickHouse({ url: addresses.clickhouseUrl, database });
  const server = clickhouse.onDatabase('default');
  await server.command(`create database ${database}`);
  return {
    topicPrefix,
    database,
    kafka,
    clickhouse,
    environment: {
      KAFKA_BROKERS: addresses.kafkaBrokers,
      SCHEMA_REGISTRY_URL: addresses.schemaRegistryUrl,
      CLICKHOUSE_URL: addresses.clickhouseUrl,
      CLICKHOUSE_DATABASE: database,
      TOPIC_PREFIX: topicPrefix,
    },
    close: async () => {
      await Promise.allSettled([
        server.command(`drop database if exists ${database}`),
        withAdmin(kafka, 'Cleaning up failed', async (admin) => {
          const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(topicPrefix));
          if (topics.length > 0) await admin.deleteTopics({ topics });
        }),
      ]);
      await Promise.allSettled([server.close(), clickhouse.close()]);
    },
  };
}
