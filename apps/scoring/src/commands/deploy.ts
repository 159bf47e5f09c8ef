import { createClickHouse, runMigrations, type MigrationResult } from '@millrace/platform-clickhouse';
import { clickhouseConnectionOf, kafkaConnectionOf } from '@millrace/platform-config';
import { createKafka, ensureTopics, type TopicChange } from '@millrace/platform-kafka';

import type { ScoringConfig } from '../app.config';
import { MIGRATIONS, topicsOf } from '../deployment';

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
