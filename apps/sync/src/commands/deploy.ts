import { entityTopics } from '@millrace/contract-signal';
import { runMigrations, type MigrationResult } from '@millrace/platform-clickhouse';
import { kafkaConnectionOf } from '@millrace/platform-config';
import { createHttpClient } from '@millrace/platform-http';
import { createKafka, ensureTopics, type TopicChange } from '@millrace/platform-kafka';
import { createPostgresSink } from '@millrace/platform-postgres';

import type { SyncConfig } from '../app.config';
import { createAccounts } from '../destinations/create-account';
import { loadDestinations } from '../destinations/load-destinations';
import { prepareOnce } from '../destinations/prepare-destination';
import { createSyncClickHouse } from '../connections/connections';
import { MIGRATIONS, topicsOf } from '../deployment';
import { fillLedger } from '../stored/fill-ledger';

export interface Deployed {
  readonly topics: readonly TopicChange[];
  readonly migrations: MigrationResult;
  /** What whoever upgrades must know, in words. */
  readonly notes: readonly string[];
  /** Destinations that need a table: null when it is there, else what went wrong. */
  readonly destinations: Readonly<Record<string, string | null>>;
}

const NOT_ROLLING =
  'plans are made of sets of runs from this version on: stop every replica of sync of before, then start; what was accepted counts, nobody is sent it again';

/** Topics, tables, and what destinations need. Safe to repeat. A destination that is away is reported, not fatal. */
export async function deploy(config: SyncConfig): Promise<Deployed> {
  const configured = loadDestinations(config.SYNC_DESTINATIONS_FILE);
  const kafka = createKafka({ ...kafkaConnectionOf(config), clientId: 'sync-deploy' });
  const { TOPIC_PREFIX, TOPIC_REPLICATION_FACTOR: replicationFactor } = config;
  // Of others, and read here: without them it is never known what may be sent.
  const entities = Object.values(entityTopics(TOPIC_PREFIX)).map((topic) => ({ ...topic, replicationFactor }));
  const names = configured.map(({ entry }) => entry.name);
  const topics = await ensureTopics(kafka, [...topicsOf(config, names), ...entities]);
  const clickhouse = createSyncClickHouse(config);
  const client = createHttpClient();
  const sink = createPostgresSink({ application: 'millrace-sync-deploy' });
  try {
    const migrations = await runMigrations({ clickhouse, service: 'sync', directory: MIGRATIONS });
    const isFilled = await fillLedger(clickhouse, migrations);
    const accounts = createAccounts(configured, { client });
    const destinations: Record<string, string | null> = {};
    for (const one of configured) {
      const account = accounts.get(one.entry.name)?.account;
      if (one.destination.prepare === undefined || account === undefined) continue;
      destinations[one.entry.name] = await prepareOnce({ configured: one, account, sink });
    }
    return { topics, migrations, notes: isFilled && migrations.alreadyApplied > 0 ? [NOT_ROLLING] : [], destinations };
  } finally {
    await Promise.all([clickhouse.close(), client.close(), sink.close()]);
  }
}
