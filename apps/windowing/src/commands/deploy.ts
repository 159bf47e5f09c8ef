import { SUBJECT_COMPATIBILITY } from '@millrace/contract-signal';
import { runMigrations, type MigrationResult } from '@millrace/platform-clickhouse';
import { installationVariablesOf } from '@millrace/platform-config';
import { ensureTopics, recordInstallation, type TopicChange } from '@millrace/platform-kafka';

import { decidedHere } from './installation.command';
import { mirrorInstallation } from '../installation/mirror-installation';
import type { Connections } from '../connections/connections';
import { MIGRATIONS, schemasOf, topicsOf } from '../deployment';

export interface Deployed {
  readonly topics: readonly TopicChange[];
  readonly schemas: readonly { readonly subject: string; readonly id: number }[];
  readonly migrations: MigrationResult;
}

/** Topics, schemas, tables; safe to repeat. */
export async function deploy({ config, kafka, registry, clickhouse, log }: Connections): Promise<Deployed> {
  const topics = await ensureTopics(kafka, [...topicsOf(config)]);
  // Before anything else is made: a deploy with other values than the installation's is a mistake.
  const decision = { by: decidedHere(), note: 'recorded by the first deploy', at: Date.now() };
  const where = { kafka, topicPrefix: config.TOPIC_PREFIX, log };
  const installation = await recordInstallation(where, installationVariablesOf(config), decision);
  const registered: { subject: string; id: number }[] = [];
  for (const { subject, schema } of schemasOf(config)) {
    registered.push({
      subject,
      id: await registry.registerSchema(subject, schema, { compatibility: SUBJECT_COMPATIBILITY }),
    });
  }
  const migrations = await runMigrations({
    clickhouse,
    service: 'windowing',
    directory: MIGRATIONS,
  });
  if (installation !== undefined) await mirrorInstallation(clickhouse, installation);
  return { topics, schemas: registered, migrations };
}
