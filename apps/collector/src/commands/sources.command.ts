import { instant, print, table, type CommandShell, type JsonOption } from '@millrace/platform-commands';
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
      const rows = shown.map((one) => [
        one.source,
        one.type,
        one.kind,
        one.topic ?? '-',
        one.stream ?? '-',
        one.state ?? '-',
        instant(one.passed_at) || '-',
        instant(one.next_at) || '-',
        one.records ?? '-',
        one.cursor === null ? '-' : JSON.stringify(one.cursor),
      ]);
      const head = [
        'SOURCE',
        'TYPE',
        'KIND',
        'TOPIC',
        'STREAM',
        'STATE',
        'LAST PASS',
        'NEXT PASS',
        'RECORDS',
        'CURSOR',
      ];
      print(shell, options, { sources: shown }, table(head, rows));
    });
  sources
    .command('reset <source> <stream>')
    .description('read a stream from its beginning again; what was read before is recognised')
    .option('--to <cursor>', 'a cursor as JSON, where to go on instead')
    .option('--json', 'print one JSON object')
    .action(async (source: string, stream: string, options: { to?: string }, command: Command) => {
      const to = options.to === undefined ? {} : { to: readCursor(options.to) };
      const record = await resetStream(readCollectorConfig(), { source, stream, ...to });
      // `sources` takes --json too, and takes it from what follows it.
      print(shell, command.optsWithGlobals<JsonOption>(), { source, stream, ...record }, [
        `${source}/${stream} goes on at ${JSON.stringify(record.cursor)}, within seconds where it runs`,
      ]);
    });
}
