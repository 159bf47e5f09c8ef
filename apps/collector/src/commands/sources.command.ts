import { print, table, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { readCollectorConfig } from '../app.config';
import { readCursor, resetStream, showSources } from './sources';

/** `sources` and `sources reset <source> <stream>`. */
export function addSourcesCommand(program: Command, shell: CommandShell): void {
  const sources = program
    .command('sources')
    .description('what is collected here, and how far polled streams have been read')
    .option('--json', 'print one JSON object')
    .action(async (options: JsonOption) => {
      const shown = await showSources(readCollectorConfig());
      const rows = shown.map(({ source, type, kind, topic, stream, passed_at, cursor }) => [
        source,
        type,
        kind,
        topic ?? '-',
        stream ?? '-',
        passed_at === null ? '-' : new Date(passed_at).toISOString(),
        cursor === null ? '-' : JSON.stringify(cursor),
      ]);
      const head = ['SOURCE', 'TYPE', 'KIND', 'TOPIC', 'STREAM', 'LAST PASS', 'CURSOR'];
      print(shell, options, { sources: shown }, table(head, rows));
    });
  sources
    .command('reset <source> <stream>')
    .description('read a stream from its beginning again; what was read before is recognised')
    .option('--to <cursor>', 'a cursor as JSON, where to go on instead')
    .option('--json', 'print one JSON object')
    .action(async (source: string, stream: string, options: JsonOption & { to?: string }) => {
      const to = options.to === undefined ? {} : { to: readCursor(options.to) };
      const record = await resetStream(readCollectorConfig(), { source, stream, ...to });
      print(shell, options, { source, stream, ...record }, [
        `${source}/${stream} goes on at ${JSON.stringify(record.cursor)}, within seconds where it runs`,
      ]);
    });
}
