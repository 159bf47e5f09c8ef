import { listing, print, wholeNumber, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { EXIT_DONE, EXIT_FAILED } from '@millrace/platform-errors';
import type { Command } from 'commander';

import { readConservation, readHeadStep } from '../conservation/read-conservation';
import { withConnections } from './with-connections';
import { assertStep, MOST_STEPS } from './steps';

export function addConservationCommand(program: Command, shell: CommandShell): void {
  program
    .command('conservation')
    .description('where every record ended: offsets = sealed + duplicates + quarantined + skipped + waiting')
    .option('--step <n>', 'as of a step, from 1', wholeNumber({ min: 1, max: MOST_STEPS }))
    .option('--json', 'print one JSON object')
    .action(async (options: JsonOption & { step?: number }) => {
      const found = await withConnections(async ({ clickhouse }) => {
        if (options.step !== undefined) assertStep(options.step, await readHeadStep(clickhouse));
        return readConservation(clickhouse, options.step);
      });
      const rows = found.partitions.map((row) => [
        `${row.topic}/${row.partition}`,
        row.offsets,
        row.sealed,
        row.duplicates,
        row.quarantined,
        row.skipped,
        row.waiting,
        row.unaccounted,
      ]);
      const names = [
        'partition',
        'offsets',
        'sealed',
        'duplicates',
        'quarantined',
        'skipped',
        'waiting',
        'unaccounted',
      ];
      print(shell, options, found, [
        ...listing(names, rows, 'no topic has been read yet'),
        `as of step ${found.step}: ${found.is_balanced ? 'conservation OK' : 'conservation BROKEN'}`,
      ]);
      shell.exitWith(found.is_balanced ? EXIT_DONE : EXIT_FAILED);
    });
}
