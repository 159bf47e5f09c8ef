import { hostname, userInfo } from 'node:os';

import { OUTCOMES } from '@millrace/contract-delivery';
import { listing, print, wholeNumber, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { UsageError } from '@millrace/platform-errors';
import { Option, type Command } from 'commander';

import { readSyncConfig } from '../app.config';
import { Pauses } from '../delivery/pauses';
import { approvePlan } from './approve-plan';
import { listDeliveries, retryDeliveries } from './deliveries';
import { deliveriesInWords } from './deliveries-in-words';
import { decidePause, pauseInWords, readPauses, type PauseOutcome } from './pause-deliveries';
import { showDeliveries, shownInWords } from './show-deliveries';

const MOST_ROWS = 10_000;
const MOST_HOURS = 24 * 400;
const LONGEST_NOTE = 500;
const LONGEST_AUTHOR = 100;

export function addDeliveriesCommand(program: Command, shell: CommandShell): void {
  const deliveries = program.command('deliveries').description('attempts and outcomes');
  addListCommand(deliveries, shell);
  addShowCommand(deliveries, shell);
  addRetryCommand(deliveries, shell);
  addApproveCommand(deliveries, shell);
  const pause = deliveries.command('pause <destination>');
  decides(pause.description('send nothing more to a destination, in either lane, until resume'), shell, true);
  const resume = deliveries.command('resume <destination>');
  decides(resume.description('let a destination that was stopped go on; what waited is sent'), shell, false);
}

function addListCommand(deliveries: Command, shell: CommandShell): void {
  deliveries
    .command('list')
    .description('values sent, newest first, each with its last attempt')
    .option('--json', 'print JSON')
    .option('--destination <name>', 'only this one', '')
    .addOption(new Option('--outcome <outcome>', 'only this one').choices([...OUTCOMES]).default(''))
    .option('--failed', 'only those whose retries are spent', false)
    .option('--limit <count>', `how many at most, 1 to ${MOST_ROWS}`, wholeNumber({ min: 1, max: MOST_ROWS }), 100)
    .action(async (options: JsonOption & { destination: string; outcome: string; failed: boolean; limit: number }) => {
      const config = readSyncConfig();
      const rows = await listDeliveries(config, { ...options, onlyFailed: options.failed });
      const isNarrowed = options.destination !== '' || options.outcome !== '' || options.failed;
      // The list is of ClickHouse: without Kafka it is shown all the same.
      const pauses = options.json === true ? new Pauses() : await readPauses(config).catch(() => null);
      const stopped = pauses?.all().filter(({ destination }) => ['', destination].includes(options.destination));
      print(shell, options, rows, [
        ...deliveriesInWords(rows, isNarrowed),
        ...(stopped?.map(pauseInWords) ?? ['whether a destination is stopped is not known: Kafka does not answer']),
      ]);
    });
}

function addShowCommand(deliveries: Command, shell: CommandShell): void {
  deliveries
    .command('show')
    .description('what became of the values of late, by destination and object, and who stopped a destination')
    .argument('[destination]', 'only this one', '')
    .option('--json', 'print JSON')
    .option('--hours <count>', `how far back, 1 to ${MOST_HOURS}`, wholeNumber({ min: 1, max: MOST_HOURS }), 24)
    .action(async (destination: string, options: JsonOption & { hours: number }) => {
      const config = readSyncConfig();
      const pauses = await readPauses(config);
      const rows = await showDeliveries(config, { destination, hours: options.hours }, pauses);
      const stopped = pauses.all().filter((pause) => ['', pause.destination].includes(destination));
      print(shell, options, rows, [...shownInWords(rows), ...stopped.map(pauseInWords)]);
    });
}

function addRetryCommand(deliveries: Command, shell: CommandShell): void {
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

function addApproveCommand(deliveries: Command, shell: CommandShell): void {
  withDecider(
    deliveries
      .command('approve <plan>')
      .description('let the part of a plan go that waits beyond a guard rail; it goes out with its newest values'),
  ).action(async (plan: string, options: JsonOption & { note: string; author: string }) => {
    const approval = await approvePlan(readSyncConfig(), plan, deciderOf(options));
    const { records, destination, object, author } = approval;
    const words = approval.is_new
      ? `${records} records of ${destination} ${object} go out now`
      : `${author} had approved it before: nothing changed`;
    print(shell, options, approval, [words]);
  });
}

const withDecider = (command: Command): Command =>
  command
    .requiredOption('--note <text>', 'why, for whoever reads it later')
    .option('--author <name>', 'who decides', `${userInfo().username}@${hostname()}`)
    .option('--json', 'print JSON');

const deciderOf = ({ note, author }: { readonly note: string; readonly author: string }) => ({
  note: bounded('--note', note, LONGEST_NOTE),
  author: bounded('--author', author, LONGEST_AUTHOR),
});

function decides(command: Command, shell: CommandShell, isPaused: boolean): void {
  withDecider(command).action(async (destination: string, options: JsonOption & { note: string; author: string }) => {
    const outcome = await decidePause(readSyncConfig(), {
      destination,
      is_paused: isPaused,
      ...deciderOf(options),
    });
    print(shell, options, outcome, [pauseOutcomeInWords(outcome)]);
  });
}

function bounded(option: string, text: string, longest: number): string {
  const trimmed = text.trim();
  if (trimmed !== '' && trimmed.length <= longest) return trimmed;
  throw new UsageError(`${option}: give 1 to ${longest} characters`);
}

function pauseOutcomeInWords({ outcome, destination, is_paused, decision }: PauseOutcome): string {
  if (outcome === 'unchanged') {
    return decision === null
      ? `${destination} is not stopped: nothing changed`
      : `${pauseInWords(decision)} (no change)`;
  }
  return is_paused
    ? `${destination} gets nothing more from now on; what was on its way is answered`
    : `${destination} goes on with what waited`;
}
