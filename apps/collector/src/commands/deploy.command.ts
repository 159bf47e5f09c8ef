import { print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { readCollectorConfig } from '../app.config';
import { deploy } from './deploy';

export function addDeployCommand(program: Command, shell: CommandShell): void {
  program
    .command('deploy')
    .description('create the topics of sources and entities and register their schemas; safe to repeat')
    .option('--json', 'print one JSON object')
    .action(async (options: JsonOption) => {
      const deployed = await deploy(readCollectorConfig());
      print(shell, options, deployed, [
        ...deployed.topics.map(
          ({ topic, action, changes }) =>
            `topic   ${topic}  ${action}${changes.length === 0 ? '' : ` (${changes.join(', ')})`}`,
        ),
        ...deployed.schemas.map(({ subject, id }) => `schema  ${subject}  id ${id}`),
      ]);
    });
}
