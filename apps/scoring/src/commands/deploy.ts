import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { MODELS, orderModels } from '@millrace/catalog-models';
import { createClickHouse, runMigrations, type ClickHouse, type MigrationResult } from '@millrace/platform-clickhouse';
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
    const own = await runMigrations({ clickhouse, service: 'scoring', directory: MIGRATIONS });
    return { topics, migrations: [own, ...(await migrateModels(clickhouse))].reduce(sumOf) };
  } finally {
    await clickhouse.close();
  }
}

/** Each model has tables of its own; what is read comes before what reads it. */
async function migrateModels(clickhouse: ClickHouse): Promise<MigrationResult[]> {
  const results: MigrationResult[] = [];
  for (const { name, folder } of orderModels(MODELS)) {
    const directory = join(folder, 'migrations');
    if (existsSync(directory)) results.push(await runMigrations({ clickhouse, service: `model.${name}`, directory }));
  }
  return results;
}

const sumOf = (one: MigrationResult, other: MigrationResult): MigrationResult => ({
  applied: [...one.applied, ...other.applied],
  alreadyApplied: one.alreadyApplied + other.alreadyApplied,
});
