import {
  addDays,
  dayAt,
  daysBetween,
  parseDays,
  parseRange,
  parseWhen,
  resolveZone,
  startOf,
} from '@millrace/contract-window';
import {
  instant,
  listing,
  print,
  readTyped,
  table,
  wholeNumber,
  type CommandShell,
  type JsonOption,
} from '@millrace/platform-commands';
import { EXIT_DONE, EXIT_FAILED } from '@millrace/platform-errors';
import type { Command } from 'commander';

import { createReland } from '../reland/create-reland';
import { createSealing } from '../sealing/create-sealer';
import { readDays } from '../windows/read-days';
import { readWindows, readWindowSteps } from '../windows/read-windows';
import { unknownWindow } from '../windows/unknown-window';
import { unknownZone } from '../windows/unknown-zone';
import { sealNow, type SealNowResult } from '../windows/seal-now';
import type { Connections } from '../connections/connections';
import { withConnections } from './with-connections';

const LONGEST_WAIT_SECONDS = 300;

/** Ends a wait for what never comes. */
const MOST_SECONDS = 86_400;
const MOST_WINDOWS = 10_000;

export function addWindowsCommand(program: Command, shell: CommandShell): void {
  const windows = program.command('windows').description('list, show and seal windows');
  addList(windows, shell);
  addShow(windows, shell);
  addDaysCommand(windows, shell);
  addSeal(windows, shell);
}

function addList(windows: Command, shell: CommandShell): void {
  windows
    .command('list')
    .description('windows that hold anything, newest first')
    .option('--from <date|time>', 'first: a local day of TIME_ZONE (2026-11-20) or a time with its zone; default: all')
    .option('--to <date|time>', 'last: a whole day, or the time at which the list ends')
    .option('--limit <n>', `how many at most, 1 to ${MOST_WINDOWS}`, wholeNumber({ min: 1, max: MOST_WINDOWS }), 48)
    .option('--json', 'print one JSON list')
    .action(async (options: JsonOption & { from?: string; to?: string; limit: number }) => {
      const rows = await withConnections(({ config, clickhouse }) => {
        const { from, to } = readTyped('--from, --to', () => parseRange(options, config.TIME_ZONE, Date.now()));
        return readWindows(clickhouse, from, to, options.limit);
      });
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
    .description('one window, named by its start (2026-11-20T10:00:00Z): its state and what each step put into it')
    .option('--json', 'print one JSON object')
    .action(async (text: string, options: JsonOption) => {
      const shown = await withConnections(async ({ config, clickhouse }) => {
        const start = readTyped('<window>', () => startOf(parseWhen(text, config.TIME_ZONE)));
        const [window] = await readWindows(clickhouse, start, start + 1_000, 1);
        if (window === undefined) throw await unknownWindow(clickhouse, start);
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

function addDaysCommand(windows: Command, shell: CommandShell): void {
  windows
    .command('days')
    .description('local days of a zone: open, closed, revised at a step, or final')
    .option('--zone <zone>', 'time zone; default TIME_ZONE')
    .option('--from <date>', 'first day; default a week before the last')
    .option('--to <date>', 'last day; default today')
    .option('--json', 'print one JSON list')
    .action(async (options: JsonOption & { zone?: string; from?: string; to?: string }) => {
      const { zone, days } = await withConnections(async ({ config, clickhouse }) => {
        const zone = options.zone ?? config.TIME_ZONE;
        assertZone(zone);
        const to = options.to ?? dayAt(Date.now(), zone).date;
        const weekBefore = (): string => addDays(options.to ?? to, -7);
        const days = readTyped('--from, --to', () => parseDays(options.from ?? weekBefore(), to, zone, Date.now()));
        return { zone, days: await readDays(clickhouse, daysBetween(days.from, days.to, zone)) };
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

function assertZone(zone: string): void {
  try {
    resolveZone(zone);
  } catch {
    throw unknownZone(zone);
  }
}

function addSeal(windows: Command, shell: CommandShell): void {
  windows
    .command('seal')
    .description('seal what is in the log now, without waiting for the next regular step')
    .option('--wait', 'wait until everything that is in the log now is landed and sealed')
    .option(
      '--timeout <seconds>',
      `with --wait: at most so long, 0 to ${MOST_SECONDS}`,
      wholeNumber({ min: 0, max: MOST_SECONDS, unit: 'seconds' }),
      LONGEST_WAIT_SECONDS,
    )
    .option('--json', 'print one JSON object')
    .action(async (options: JsonOption & { wait?: boolean; timeout: number }) => {
      const waitMs = options.wait === true ? options.timeout * 1000 : 0;
      const result = await withConnections((connections) => sealOnce(connections, waitMs));
      print(shell, options, result, [describe(result)]);
      shell.exitWith(result.kind === 'waiting' ? EXIT_FAILED : EXIT_DONE);
    });
}

async function sealOnce(connections: Connections, waitMs: number): Promise<SealNowResult> {
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
