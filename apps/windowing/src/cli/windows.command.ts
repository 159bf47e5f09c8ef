import { dayAt, dayOf, daysBetween } from '@millrace/contract-window';
import {
  instant,
  listing,
  parseInstant,
  print,
  table,
  type CommandShell,
  type JsonOption,
} from '@millrace/platform-commands';
import { EXIT_DONE, EXIT_FAILED, MillraceError } from '@millrace/platform-errors';
import { InvalidArgumentError, type Command } from 'commander';

import { createReland } from '../reland/create-reland';
import { createSealing } from '../sealing/create-sealer';
import { readDays } from '../windows/read-days';
import { readWindows, readWindowSteps } from '../windows/read-windows';
import { sealNow, type SealNowResult } from '../windows/seal-now';
import { withConnections, type CommandConnections } from './connect';
import { parseWhole } from './conservation.command';

const LONGEST_WAIT_SECONDS = 300;

/** An instant, or the beginning of a day of the configured zone; epoch milliseconds. */
const instantOf = (text: string, zone: string): number =>
  /^\d{4}-\d\d-\d\d$/.test(text) ? dayOf(text, zone).start : parseInstant(text);

export function addWindowsCommand(program: Command, shell: CommandShell): void {
  const windows = program.command('windows').description('list, show and seal windows');
  addList(windows, shell);
  addShow(windows, shell);
  addDays(windows, shell);
  addSeal(windows, shell);
}

function addList(windows: Command, shell: CommandShell): void {
  windows
    .command('list')
    .description('windows that hold anything, newest first')
    .option('--from <instant>', 'first window start: a date of TIME_ZONE or an instant', '1970-01-01T00:00:00Z')
    .option('--to <instant>', 'end, not included', '2100-01-01T00:00:00Z')
    .option('--limit <n>', 'at most so many', parseWhole, 48)
    .option('--json', 'print one JSON list')
    .action(async (options: JsonOption & { from: string; to: string; limit: number }) => {
      const rows = await withConnections(({ config, clickhouse }) =>
        readWindows(
          clickhouse,
          instantOf(options.from, config.TIME_ZONE),
          instantOf(options.to, config.TIME_ZONE),
          options.limit,
        ),
      );
      print(
        shell,
        options,
        rows,
        listing(
          ['window', 'state', 'sealed', 'duplicates', 'late', 'revisions', 'waiting', 'steps'],
          rows.map((row) => [
            instant(row.window_start),
            row.state,
            row.sealed,
            row.duplicates,
            row.late,
            row.revisions,
            row.waiting,
            row.first_step === null ? '' : `${row.first_step}..${row.last_step ?? ''}`,
          ]),
          'no window holds anything',
        ),
      );
    });
}

function addShow(windows: Command, shell: CommandShell): void {
  windows
    .command('show <window>')
    .description('one window: its state and what each step put into it')
    .option('--json', 'print one JSON object')
    .action(async (text: string, options: JsonOption) => {
      const shown = await withConnections(async ({ config, clickhouse }) => {
        const start = instantOf(text, config.TIME_ZONE);
        const [window] = await readWindows(clickhouse, start, start + 1_000, 1);
        if (window === undefined) {
          throw new MillraceError(`No window that starts at ${instant(start)} holds anything`, {
            code: 'WINDOW_UNKNOWN',
            actor: 'operator',
            advice: 'List windows with `npx millrace windows list`',
          });
        }
        return { ...window, steps: await readWindowSteps(clickhouse, start) };
      });
      print(shell, options, shown, [
        `${instant(shown.window_start)} to ${instant(shown.window_end)}: ${shown.state}, ${shown.sealed} sealed, ` +
          `${shown.duplicates} duplicates, ${shown.late} late`,
        ...(shown.checksum === '' ? [] : [`checksum ${shown.checksum}`]),
        ...table(
          ['step', 'reason', 'topic', 'sealed', 'duplicates', 'late', 'sealed at'],
          shown.steps.map((row) => [
            row.step,
            row.reason,
            row.topic,
            row.sealed,
            row.duplicates,
            row.late,
            instant(row.sealed_at),
          ]),
        ),
      ]);
    });
}

function addDays(windows: Command, shell: CommandShell): void {
  windows
    .command('days')
    .description('local days of a zone: open, closed, revised at a step, or final')
    .option('--zone <zone>', 'time zone; default TIME_ZONE')
    .option('--from <date>', 'first day; default a week ago')
    .option('--to <date>', 'last day; default today')
    .option('--json', 'print one JSON list')
    .action(async (options: JsonOption & { zone?: string; from?: string; to?: string }) => {
      const { zone, days } = await withConnections(async ({ config, clickhouse }) => {
        const zone = options.zone ?? config.TIME_ZONE;
        const to = options.to ?? dayAt(Date.now(), zone).date;
        const from = options.from ?? dayAt(Date.now() - 7 * 86_400_000, zone).date;
        return { zone, days: await readDays(clickhouse, daysBetween(from, to, zone)) };
      });
      print(
        shell,
        options,
        days,
        listing(
          [`day in ${zone}`, 'hours', 'state', 'sealed', 'late', 'closed at step', 'revised at step'],
          days.map((day) => [
            day.date,
            (day.end - day.start) / 3_600_000,
            day.state,
            day.sealed,
            day.late,
            day.closed_at_step ?? '',
            day.revised_at_step ?? '',
          ]),
          'no days between --from and --to',
        ),
      );
    });
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds >= 0)) throw new InvalidArgumentError('expected a number of seconds');
  return seconds;
}

function addSeal(windows: Command, shell: CommandShell): void {
  windows
    .command('seal')
    .description('seal what is in the log now, without waiting for the next regular step')
    .option('--wait', 'wait until everything that is in the log now is landed and sealed')
    .option('--timeout <seconds>', 'with --wait: at most so long', parseSeconds, LONGEST_WAIT_SECONDS)
    .option('--json', 'print one JSON object')
    .action(async (options: JsonOption & { wait?: boolean; timeout: number }) => {
      const waitMs = options.wait === true ? options.timeout * 1000 : 0;
      const result = await withConnections((connections) => sealOnce(connections, waitMs));
      print(shell, options, result, [describe(result)]);
      shell.exitWith(result.kind === 'waiting' ? EXIT_FAILED : EXIT_DONE);
    });
}

async function sealOnce(connections: CommandConnections, waitMs: number): Promise<SealNowResult> {
  const { config } = connections;
  const sealing = await createSealing(config, { ...connections, reland: createReland(config, connections) });
  try {
    await sealing.sealer.start();
    return await sealNow(sealing, waitMs);
  } finally {
    await sealing.stop();
  }
}

function describe(result: SealNowResult): string {
  if (result.kind === 'nothing') return `everything is sealed already, step ${result.step}`;
  if (result.kind === 'waiting') {
    const behind = result.behind.map((at) => `${at.topic}/${at.partition} ${at.position} of ${at.wanted ?? 'unknown'}`);
    return `not sealed: ${result.because}${behind.length === 0 ? '' : ` (${behind.slice(0, 5).join(', ')})`}`;
  }
  const { step, totals } = result.step;
  return (
    `sealed step ${step}: ${totals.sealed} signals in ${totals.windows} windows, ${totals.duplicates} duplicates, ` +
    `${totals.late} late, ${totals.quarantined} quarantined`
  );
}
