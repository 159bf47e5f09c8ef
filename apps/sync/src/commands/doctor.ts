import { examineSetAside, type ClickHouse } from '@millrace/platform-clickhouse';
import { examinePlace, fine, wrong, type Finding, type Look } from '@millrace/platform-commands';
import { kafkaConnectionOf, verdictSettingsOf } from '@millrace/platform-config';
import { createKafka, describeTopics, listTopics, topicProblems, type KafkaClient } from '@millrace/platform-kafka';
import { scoresTopic } from '@millrace/contract-score';
import { hashVerdictSettings } from '@millrace/contract-signal';

import type { SyncConfig } from '../app.config';
import { mirrorLag } from '../mirror/outcomes-mirror';
import { loadDestinations } from '../destinations/load-destinations';
import { loadUrgencyRules } from '../urgent/urgency-rules';
import { topicsOf } from '../deployment';
import { examineEntities } from './examine-entities';
import { withClickHouse } from './with-clickhouse';

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
    withClickHouse((clickhouse) => examinePlace('tables', () => lookAtTables(clickhouse, config), DEPLOY), config),
    withClickHouse((clickhouse) => examineSetAside(clickhouse, 'sync'), config),
    examinePlace('outcomes mirror', () => lookAtMirror(kafka, config)),
    withClickHouse((clickhouse) => examinePlace('verdict settings', () => lookAtVerdicts(clickhouse, config)), config),
  ]);
}

async function lookAtTables(clickhouse: ClickHouse, config: SyncConfig): Promise<Look> {
  const sql = 'select name from system.tables where database = {database: String}';
  const rows = await clickhouse.query<{ name: string }>(sql, { database: config.CLICKHOUSE_DATABASE });
  const missing = TABLES.filter((table) => !rows.some(({ name }) => name === table));
  return missing.length === 0 ? fine(`${TABLES.length} tables`) : wrong(`missing: ${missing.join(', ')}`, DEPLOY);
}

/** Outcomes wait for a moment; what stands still for longer is stuck. */
const MIRROR_LOOK_MS = 3_000;

async function lookAtMirror(kafka: KafkaClient, config: SyncConfig): Promise<Look> {
  const before = await mirrorLag(kafka, config.TOPIC_PREFIX);
  if (before.lag === 0n) return fine('every outcome is stored');
  await new Promise((resolve) => setTimeout(resolve, MIRROR_LOOK_MS));
  const after = await mirrorLag(kafka, config.TOPIC_PREFIX);
  if (after.lag === 0n || after.stored > before.stored) return fine(`${after.lag} outcomes are being stored`);
  return wrong(
    `${after.lag} outcomes wait for the table deliveries and none is stored`,
    'Start sync; if it runs, /health/ready says what fails: docs/runbooks/rows-set-aside.md',
  );
}

/** The fast lane judges records before windowing does: by the same settings, or it acts on what is never sealed. */
async function lookAtVerdicts(clickhouse: ClickHouse, config: SyncConfig): Promise<Look> {
  const tables = await clickhouse.query(
    "select name from system.tables where database = currentDatabase() and name = 'seal_steps'",
  );
  if (tables.length === 0) return fine('nothing is sealed yet');
  const sql = 'select settings_hash from seal_steps order by step desc limit 1';
  const [step] = await clickhouse.query<{ settings_hash: string }>(sql);
  if (step === undefined) return fine('nothing is sealed yet');
  if (step.settings_hash === hashVerdictSettings(verdictSettingsOf(config))) return fine('as windowing sealed last');
  return wrong(
    'not those that windowing sealed its last step by',
    'Give windowing and sync the same SIGNAL_FUTURE_SLACK_SECONDS, SIGNAL_HORIZON_SECONDS and IMPORT_SOURCES, and the same version',
  );
}
