import { print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { readSyncConfig } from '../app.config';
import { deploy } from './deploy';

export function addDeployCommand(program: Command, shell: CommandShell): void {
  program
    .command('deploy')
    .description('create the topics of deliveries, run migrations, prepare destinations; safe to repeat')
    .option('--json', 'print JSON')
    .action(async (options: JsonOption) => {
      const deployed = await deploy(readSyncConfig());
      print(shell, options, deployed, [
        ...deployed.topics.map(({ topic, action }) => `topic      ${topic}  ${action}`),
        `migrations ${deployed.migrations.applied.join(', ') || 'up to date'}`,
        ...deployed.notes.map((note) => `NOTE       ${note}`),
        ...Object.entries(deployed.destinations).map(([name, problem]) => `prepared   ${name}  ${problem ?? 'ok'}`),
      ]);
    });
}
