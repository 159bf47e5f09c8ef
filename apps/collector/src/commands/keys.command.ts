import { print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { assertKnown } from '@millrace/platform-errors';
import type { Command } from 'commander';

import { readCollectorConfig } from '../app.config';
import { createWriteKey, hashWriteKey } from '../write-keys/write-key';

/** `keys create --source website` and `keys hash`: the key is printed once, only its hash is configured. */
export function addKeysCommand(program: Command, shell: CommandShell): void {
  const keys = program.command('keys').description('create and hash write keys');
  keys
    .command('create')
    .description('print a new write key and the hash to configure')
    .requiredOption('--source <source>', 'the source that the key may send to, one of COLLECTOR_SOURCES')
    .option('--name <name>', 'who uses it', '')
    .option('--json', 'print one JSON object')
    .action((options: JsonOption & { source: string; name: string }) => {
      assertKnown({
        kind: 'source',
        typed: options.source,
        known: readCollectorConfig().COLLECTOR_SOURCES,
        code: 'SOURCE_UNKNOWN',
      });
      const key = createWriteKey();
      const entry = { source: options.source, hash: hashWriteKey(key), name: options.name };
      print(shell, options, { key, entry, line: `${entry.source}:${entry.hash}` }, [
        `Write key (shown once): ${key}`,
        `COLLECTOR_WRITE_KEYS entry: ${entry.source}:${entry.hash}`,
        `COLLECTOR_WRITE_KEYS_FILE entry: ${JSON.stringify(entry)}`,
      ]);
    });
  keys
    .command('hash <key>')
    .description('print the hash of a key that exists already')
    .option('--json', 'print one JSON object')
    .action((key: string, options: JsonOption) => {
      const hash = hashWriteKey(key);
      print(shell, options, { hash }, [hash]);
    });
}
