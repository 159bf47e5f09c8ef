import { print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { deploy } from './deploy';
import { withConnections } from './with-connections';

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
