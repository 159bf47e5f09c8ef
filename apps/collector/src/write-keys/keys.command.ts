import { signalTopicName } from '@millrace/contract-signal';
import { MillraceError } from '@millrace/platform-errors';
import type { Command } from 'commander';

import { createWriteKey, hashWriteKey } from './write-key';

/** `keys create --source website` and `keys hash`: the key is printed once, only its hash is configured. */
export function addKeysCommand(program: Command, write: (text: string) => void): void {
  const keys = program.command('keys').description('create and hash write keys');
  keys
    .command('create')
    .description('print a new write key and the hash to configure')
    .requiredOption('--source <source>', 'the source that the key may send to')
    .option('--name <name>', 'who uses it', '')
    .option('--json', 'print one JSON object')
    .action((options: { source: string; name: string; json?: boolean }) => {
      assertSource(options.source);
      const key = createWriteKey();
      const entry = { source: options.source, hash: hashWriteKey(key), name: options.name };
      if (options.json === true) {
        write(`${JSON.stringify({ key, entry, line: `${entry.source}:${entry.hash}` })}\n`);
        return;
      }
      write(
        [
          `Write key (shown once): ${key}`,
          `COLLECTOR_WRITE_KEYS entry: ${entry.source}:${entry.hash}`,
          `COLLECTOR_WRITE_KEYS_FILE entry: ${JSON.stringify(entry)}`,
          '',
        ].join('\n'),
      );
    });
  keys
    .command('hash <key>')
    .description('print the hash of a key that exists already')
    .option('--json', 'print one JSON object')
    .action((key: string, options: { json?: boolean }) => {
      const hash = hashWriteKey(key);
      write(options.json === true ? `${JSON.stringify({ hash })}\n` : `${hash}\n`);
    });
}

function assertSource(source: string): void {
  try {
    signalTopicName(source);
  } catch (cause) {
    throw new MillraceError(`--source: ${(cause as Error).message}`, {
      code: 'USAGE_INVALID',
      actor: 'operator',
      cause,
    });
  }
}
