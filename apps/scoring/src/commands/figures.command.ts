import { listing, print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { readFigures, type Figure } from '../figures/night-figures';
import { withClickHouse } from './with-clickhouse';

export function addFiguresCommand(program: Command, shell: CommandShell): void {
  program
    .command('figures')
    .description('the figures of the newest night, each against its target')
    .option('--json', 'print one JSON list')
    .action(async (options: JsonOption) => {
      const figures = await withClickHouse(readFigures);
      const cells = figures.map(({ name, value, unit, target, is_met }) => [
        name,
        value === null ? 'not known yet' : rounded(value),
        unit,
        target,
        is_met === null ? '' : is_met ? 'met' : 'MISSED',
      ]);
      print(shell, options, figures, listing(['figure', 'value', 'unit', 'target', ''], cells, 'no figures'));
    });
}

const rounded = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 4 });

/** One line for a screen that is about something else. */
export const figuresInWords = (figures: readonly Figure[]): string =>
  figures
    .map(({ name, value, unit, target, is_met }) => {
      if (value === null) return `${name} not known yet (${target})`;
      return `${name} ${rounded(value)} ${unit} (${target}${is_met === true ? '' : ', MISSED'})`;
    })
    .join(' · ');
