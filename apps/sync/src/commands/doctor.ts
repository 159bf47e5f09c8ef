import { kafkaConnectionOf } from '@millrace/platform-config';
import { describeError, MillraceError } from '@millrace/platform-errors';
import { createKafka, describeTopics, listTopics } from '@millrace/platform-kafka';
import { scoresTopic } from '@millrace/contract-score';

import type { SyncConfig } from '../app.config';
import { loadDestinations } from '../destinations/load-destinations';
import { createSyncClickHouse } from '../topology';
import { loadUrgencyRules } from '../urgent/urgency-rules';
import { topicsOf } from './deployment';

export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly advice: string;
}

const DEPLOY = 'Run `npx millrace deploy`';
const TABLES = [
  'deliveries',
  'delivery_plans',
  'delivery_plan_rows',
  'delivery_urgent',
  'delivery_runs',
  'score_history',
];

/** Looks at everything sync stands on and changes nothing. */
export async function examine(config: SyncConfig): Promise<readonly Finding[]> {
  const kafka = createKafka({ ...kafkaConnectionOf(config), clientId: 'sync-doctor' });
  return Promise.all([
    attempt('destinations', () => {
      const names = loadDestinations(config.SYNC_DESTINATIONS_FILE).map(({ entry }) => `${entry.name} (${entry.kind})`);
      const advice = 'Set SYNC_DESTINATIONS_FILE; config/destinations holds an example';
      return Promise.resolve(names.length === 0 ? wrong('none', advice) : fine(names.join(', ')));
    }),
    attempt('urgency rules', () =>
      Promise.resolve(
        fine(
          loadUrgencyRules(config.SYNC_URGENCY_FILE)
            .map(({ name }) => name)
            .join(', '),
        ),
      ),
    ),
    attempt('delivery topics', async () => {
      const names = loadDestinations(config.SYNC_DESTINATIONS_FILE).map(({ entry }) => entry.name);
      const reports = await describeTopics(kafka, topicsOf(config, names));
      const differing = reports.filter(({ differences }) => differences.length > 0);
      if (differing.length === 0) return fine(`${reports.length} topics as they should be`);
      const detail = differing.map(
        ({ name, differences }) =>
          `${name}: ${differences.map((one) => `${one.what} is ${one.actual}, not ${one.wanted}`).join(', ')}`,
      );
      return wrong(detail.join('; '), DEPLOY);
    }),
    attempt('scores topic', async () => {
      const { name } = scoresTopic(config.TOPIC_PREFIX);
      const topics = await listTopics(kafka, name);
      return topics.includes(name) ? fine(name) : wrong(`${name} is missing`, DEPLOY);
    }),
    attempt('tables', async () => {
      const clickhouse = createSyncClickHouse(config);
      try {
        const sql = 'select name from system.tables where database = {database: String}';
        const rows = await clickhouse.query<{ name: string }>(sql, { database: config.CLICKHOUSE_DATABASE });
        const missing = TABLES.filter((table) => !rows.some(({ name }) => name === table));
        return missing.length === 0 ? fine(`${TABLES.length} tables`) : wrong(`missing: ${missing.join(', ')}`, DEPLOY);
      } finally {
        await clickhouse.close();
      }
    }),
  ]);
}

type Result = Omit<Finding, 'check'>;
const fine = (detail: string): Result => ({ ok: true, detail, advice: '' });
const wrong = (detail: string, advice: string): Result => ({ ok: false, detail, advice });

async function attempt(check: string, look: () => Promise<Result>): Promise<Finding> {
  try {
    return { check, ...(await look()) };
  } catch (error) {
    return { check, ...wrong(describeError(error), error instanceof MillraceError ? (error.advice ?? '') : '') };
  }
}
