import { OUTCOMES } from '@millrace/contract-delivery';
import { listing, print, wholeNumber, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { Option, type Command } from 'commander';

import { readSyncConfig } from '../app.config';
import { listDeliveries, retryDeliveries } from './deliveries';
import { deliveriesInWords } from './deliveries-in-words';

const MOST_ROWS = 10_000;

export function addDeliveriesCommand(program: Command, shell: CommandShell): void {
  const deliveries = program.command('deliveries').description('attempts and outcomes');
  deliveries
    .command('list')
    .description('values sent, newest first, each with its last attempt')
    .option('--json', 'print JSON')
    .option('--destination <name>', 'only this one', '')
    .addOption(new Option('--outcome <outcome>', 'only this one').choices([...OUTCOMES]).default(''))
    .option('--failed', 'only those whose retries are spent', false)
    .option('--limit <count>', `how many at most, 1 to ${MOST_ROWS}`, wholeNumber({ min: 1, max: MOST_ROWS }), 100)
    .action(async (options: JsonOption & { destination: string; outcome: string; failed: boolean; limit: number }) => {
      const rows = await listDeliveries(readSyncConfig(), { ...options, onlyFailed: options.failed });
      const isNarrowed = options.destination !== '' || options.outcome !== '' || options.failed;
      print(shell, options, rows, deliveriesInWords(rows, isNarrowed));
    });
  deliveries
    .command('retry')
    .description('queue records whose retries are spent once more, with their newest value')
    .option('--json', 'print JSON')
    .option('--destination <name>', 'only this one', '')
    .action(async (options: JsonOption & { destination: string }) => {
      const retried = await retryDeliveries(readSyncConfig(), options.destination);
      const cells = retried.map(({ destination, failed, requeued }) => [destination, failed, requeued]);
      print(shell, options, retried, listing(['destination', 'failed', 'queued again'], cells, 'no such destination'));
    });
}
