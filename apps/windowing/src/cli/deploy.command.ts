import { SUBJECT_COMPATIBILITY } from '@millrace/contract-signal';
import { runMigrations, type MigrationResult } from '@millrace/platform-clickhouse';
import { print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { installationVariablesOf } from '@millrace/platform-config';
import { ensureTopics, recordInstallation, type TopicChange } from '@millrace/platform-kafka';
import type { Command } from 'commander';

import { decidedHere } from '../installation/installation.command';
import { mirrorInstallation } from '../installation/mirror-installation';
import { withConnections, type CommandConnections } from './connect';
import { MIGRATIONS_DIRECTORY, MIGRATIONS_SERVICE, schemasOf, topicsOf } from './deployment';

export interface Deployed {
  readonly topics: readonly TopicChange[];
  readonly schemas: readonly { readonly subject: string; readonly id: number }[];
  readonly migrations: MigrationResult;
}

/** Topics, schemas, tables; safe to repeat. */
export async function deploy({ config, kafka, schemas, clickhouse, log }: CommandConnections): Promise<Deployed> {
  const topics = await ensureTopics(kafka, [...topicsOf(config)]);
  // Before anything else is made: a deploy with other values than the installation's is a mistake.
  const decision = { by: decidedHere(), note: 'recorded by the first deploy', at: Date.now() };
  const where = { kafka, topicPrefix: config.TOPIC_PREFIX, log };
  const installation = await recordInstallation(where, installationVariablesOf(config), decision);
  const registered: { subject: string; id: number }[] = [];
  for (const { subject, schema } of schemasOf(config)) {
    registered.push({
      subject,
      id: await schemas.registerSchema(subject, schema, { compatibility: SUBJECT_COMPATIBILITY }),
    });
  }
  const migrations = await runMigrations({
    clickhouse,
    service: MIGRATIONS_SERVICE,
    directory: MIGRATIONS_DIRECTORY,
  });
  if (installation !== undefined) await mirrorInstallation(clickhouse, installation);
  return { topics, schemas: registered, migrations };
}

export function addDeployCommand(program: Command, shell: CommandShell): void {
  program
    .command('deploy')
    .description('create the chain of seal steps, the tables and views of windows; safe to repeat')
    .option('--json', 'print one JSON object')
    .action(async (options: JsonOption) => {
      const deployed = await withConnections(deploy, { mayDiffer: true });
      print(shell, options, deployed, [
        ...deployed.topics.map(({ topic, action, changes }) =>
          `topic      ${topic}  ${action} ${changes.join(', ')}`.trimEnd(),
        ),
        ...deployed.schemas.map(({ subject, id }) => `schema     ${subject}  id ${id}`),
        ...deployed.migrations.applied.map((name) => `migration  ${name}`),
        `migrations up to date, ${deployed.migrations.applied.length} applied now`,
      ]);
    });
}
