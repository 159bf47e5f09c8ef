import { examinePlace, fine, wrong, type Finding, type Look } from '@millrace/platform-commands';
import { kafkaConnectionOf } from '@millrace/platform-config';
import { createKafka, describeTopics, listTopics, topicProblems } from '@millrace/platform-kafka';
import { scoresTopic } from '@millrace/contract-score';

import type { SyncConfig } from '../app.config';
import { loadDestinations } from '../destinations/load-destinations';
import { createSyncClickHouse } from '../topology';
import { loadUrgencyRules } from '../urgent/urgency-rules';
import { topicsOf } from './deployment';
import { examineEntities } from './examine-entities';

const DEPLOY = 'Run `npx millrace deploy`';
const TABLES = [
  'deliveries',
  'delivery_plans',
  'delivery_plan_rows',
  'delivery_urgent',
  'delivery_known_emails',
  'delivery_runs',
  'score_history',
];

/** Looks at everything sync stands on and changes nothing. */
export async function examine(config: SyncConfig): Promise<readonly Finding[]> {
  const kafka = createKafka({ ...kafkaConnectionOf(config), clientId: 'sync-doctor' });
  return Promise.all([
    examinePlace('destinations', () => {
      const names = loadDestinations(config.SYNC_DESTINATIONS_FILE).map(({ entry }) => `${entry.name} (${entry.kind})`);
      const advice = 'Set SYNC_DESTINATIONS_FILE; config/destinations holds an example';
      return names.length === 0 ? wrong('none', advice) : fine(names.join(', '));
    }),
    examinePlace('urgency rules', () => {
      const names = loadUrgencyRules(config.SYNC_URGENCY_FILE).map(({ name }) => name);
      return fine(names.join(', '));
    }),
    examinePlace('delivery topics', async () => {
      const names = loadDestinations(config.SYNC_DESTINATIONS_FILE).map(({ entry }) => entry.name);
      const reports = await describeTopics(kafka, topicsOf(config, names));
      const problems = topicProblems(reports);
      return problems === '' ? fine(`${reports.length} topics as they should be`) : wrong(problems, DEPLOY);
    }),
    examinePlace('scores topic', async () => {
      const { name } = scoresTopic(config.TOPIC_PREFIX);
      const topics = await listTopics(kafka, name);
      return topics.includes(name) ? fine(name) : wrong(`${name} is missing`, DEPLOY);
    }),
    examinePlace('people and accounts', () => examineEntities(kafka, config.TOPIC_PREFIX)),
    examinePlace('tables', () => lookAtTables(config), DEPLOY),
  ]);
}

async function lookAtTables(config: SyncConfig): Promise<Look> {
  const clickhouse = createSyncClickHouse(config);
  try {
    const sql = 'select name from system.tables where database = {database: String}';
    const rows = await clickhouse.query<{ name: string }>(sql, { database: config.CLICKHOUSE_DATABASE });
    const missing = TABLES.filter((table) => !rows.some(({ name }) => name === table));
    return missing.length === 0 ? fine(`${TABLES.length} tables`) : wrong(`missing: ${missing.join(', ')}`, DEPLOY);
  } finally {
    await clickhouse.close();
  }
}
