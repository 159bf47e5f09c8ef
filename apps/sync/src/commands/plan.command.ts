import { print, wholeNumber, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { readSyncConfig } from '../app.config';
import { planInWords, showPlans } from './show-plan';

export function addPlanCommand(program: Command, shell: CommandShell): void {
  program
    .command('plan')
    .description('what each destination receives from a run, and why the rest does not; sends nothing')
    .option('--json', 'print JSON')
    .option('--run <id>', 'score run; default: the one that is current')
    .option('--what-if <run>', 'as if this run were current, which `millrace models what-if` made and nobody published')
    .option('--destination <name>', 'only this one')
    .option('--samples <count>', 'records shown for each reason, 0 to 100', wholeNumber({ min: 0, max: 100 }), 2)
    .action(async (options: JsonOption & { run?: string; whatIf?: string; destination?: string; samples: number }) => {
      const plans = await showPlans(readSyncConfig(), options);
      const words = plans.map(planInWords).join('\n\n') || 'No destination takes anything from this run.';
      print(shell, options, plans, [words]);
    });
}
