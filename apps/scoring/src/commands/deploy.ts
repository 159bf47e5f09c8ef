import { join } from 'node:path';

import { scoresTopic } from '@millrace/contract-score';
import { entityTopics } from '@millrace/contract-signal';
import { createClickHouse, runMigrations, type MigrationResult } from '@millrace/platform-clickhouse';
import { clickhouseConnectionOf, kafkaConnectionOf } from '@millrace/platform-config';
import { createKafka, decisionTopic, ensureTopics, type TopicChange, type TopicSpec } from '@millrace/platform-kafka';

import type { ScoringConfig } from '../app.config';

export const MIGRATIONS = join(__dirname, '..', 'migrations');

/** The decision log that scoring owns, and the entity topics that it reads (the collector ensures the same). */
export function topicsOf(config: Pick<ScoringConfig, 'TOPIC_PREFIX' | 'TOPIC_REPLICATION_FACTOR'>): TopicSpec[] {
  const replicationFactor = config.TOPIC_REPLICATION_FACTOR;
  return [
    decisionTopic(scoresTopic(config.TOPIC_PREFIX).name, { replicationFactor }),
    ...Object.values(entityTopics(config.TOPIC_PREFIX)).map((topic) => ({ ...topic, replicationFactor })),
  ];
}

export interface Deployed {
  readonly topics: readonly TopicChange[];
  readonly migrations: MigrationResult;
}

/** Topics and tables. Safe to repeat. */
export async function deploy(config: ScoringConfig): Promise<Deployed> {
  const kafka = createKafka({ ...kafkaConnectionOf(config), clientId: 'scoring-deploy' });
  const topics = await ensureTopics(kafka, topicsOf(config));
  const clickhouse = createClickHouse({ ...clickhouseConnectionOf(config), application: 'scoring' });
  try {
    return { topics, migrations: await runMigrations({ clickhouse, service: 'scoring', directory: MIGRATIONS }) };
  } finally {
    await clickhouse.close();
  }
}
