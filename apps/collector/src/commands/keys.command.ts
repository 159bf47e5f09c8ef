import { KEY_KINDS, type KeyKind } from '@millrace/contract-signal';
import { print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { assertKnown } from '@millrace/platform-errors';
import { Option, type Command } from 'commander';

import { readCollectorConfig } from '../app.config';
import { loadInstances, takesWriteKeys } from '../instances/load-instances';
import { createWriteKey, hashWriteKey } from '../write-keys/write-key';

/** `keys create --source website` and `keys hash`: the key is printed once, only its hash is configured. */
export function addKeysCommand(program: Command, shell: CommandShell): void {
  const keys = program.command('keys').description('create and hash write keys');
  keys
    .command('create')
    .description('print a new write key and the hash to configure')
    .requiredOption('--source <source>', 'the source that the key may send to, one of SOURCES_FILES that takes keys')
    .option('--name <name>', 'who uses it', '')
    .addOption(
      new Option('--kind <kind>', 'page: anybody may read the key; server: nobody but your servers has it')
        .choices(KEY_KINDS)
        .default('page'),
    )
    .option('--json', 'print one JSON object')
    .action((options: JsonOption & { source: string; name: string; kind: KeyKind }) => {
      assertKnown({
        kind: 'source',
        typed: options.source,
        known: loadInstances(readCollectorConfig().SOURCES_FILES)
          .filter(takesWriteKeys)
          .map(({ name }) => name),
        code: 'SOURCE_UNKNOWN',
      });
      const key = createWriteKey();
      const entry = { source: options.source, hash: hashWriteKey(key), name: options.name, kind: options.kind };
      const line = [entry.source, entry.hash, ...(entry.kind === 'page' ? [] : [entry.kind])].join(':');
      print(shell, options, { key, entry, line }, [
        `Write key (shown once): ${key}`,
        `COLLECTOR_WRITE_KEYS entry: ${line}`,
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
