import { print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';
import { stringify } from 'yaml';

import { withClickHouse } from '../with-clickhouse';
import { readRelations } from './read-relations';
import { sourcesOf } from './sources-of';

export function addDbtSourcesCommand(program: Command, shell: CommandShell): void {
  program
    .command('dbt-sources')
    .description('print the data model as a sources.yml of dbt: descriptions, types, freshness, tests of keys')
    .option('--json', 'print one JSON object')
    .action(async (options: JsonOption) => {
      const sources = await withClickHouse(async (clickhouse) =>
        sourcesOf(await readRelations(clickhouse), clickhouse.config.database),
      );
      const text = stringify(sources, { lineWidth: 0 }).trimEnd();
      print(shell, options, sources, ['# Written by `millrace dbt-sources` from the comments in ClickHouse.', text]);
    });
}
