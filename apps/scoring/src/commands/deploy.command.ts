import { print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { readScoringConfig } from '../app.config';
import { deploy } from './deploy';

export function addDeployCommand(program: Command, shell: CommandShell): void {
  program
    .command('deploy')
    .description('create topics, run migrations; safe to repeat')
    .option('--json', 'print one JSON object')
    .action(async (options: JsonOption) => {
      const deployed = await deploy(readScoringConfig());
      print(shell, options, deployed, [
        ...deployed.topics.map(({ topic, action }) => `topic      ${topic}  ${action}`),
        `migrations ${deployed.migrations.applied.join(', ') || 'up to date'}`,
      ]);
    });
}
