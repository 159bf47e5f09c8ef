import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { MODELS, orderModels, type Model } from '@millrace/catalog-models';
import { createClickHouse, runMigrations, type ClickHouse, type MigrationResult } from '@millrace/platform-clickhouse';
import { clickhouseConnectionOf, kafkaConnectionOf } from '@millrace/platform-config';
import { createKafka, ensureTopics, type TopicChange } from '@millrace/platform-kafka';

import type { ScoringConfig } from '../app.config';
import { MIGRATIONS, topicsOf } from '../deployment';
import { makeTrialTables, MACROS } from '../runs/trial-tables';

export interface Deployed {
  readonly topics: readonly TopicChange[];
  readonly migrations: MigrationResult;
}

/** Topics and tables. Safe to repeat. */
export async function deploy(config: ScoringConfig, models: readonly Model[] = MODELS): Promise<Deployed> {
  const kafka = createKafka({ ...kafkaConnectionOf(config), clientId: 'scoring-deploy' });
  const topics = await ensureTopics(kafka, topicsOf(config));
  const clickhouse = createClickHouse({ ...clickhouseConnectionOf(config), application: 'scoring' });
  try {
    // Before the views that read them, so that runs go on meanwhile. What fails here, as in an empty database, is made below.
    await makeTrialTables(clickhouse, models).catch(() => []);
    const own = await runMigrations({ clickhouse, service: 'scoring', directory: MIGRATIONS, macros: MACROS });
    const migrations = [own, ...(await migrateModels(clickhouse, models))].reduce(sumOf);
    await makeTrialTables(clickhouse, models);
    return { topics, migrations };
  } finally {
    await clickhouse.close();
  }
}

/** Each model has tables of its own; what is read comes before what reads it. */
async function migrateModels(clickhouse: ClickHouse, models: readonly Model[]): Promise<MigrationResult[]> {
  const results: MigrationResult[] = [];
  for (const { name, folder } of orderModels(models)) {
    const directory = join(folder, 'migrations');
    if (!existsSync(directory)) continue;
    results.push(await runMigrations({ clickhouse, service: `model.${name}`, directory, macros: MACROS }));
  }
  return results;
}

const sumOf = (one: MigrationResult, other: MigrationResult): MigrationResult => ({
  applied: [...one.applied, ...other.applied],
  alreadyApplied: one.alreadyApplied + other.alreadyApplied,
});
