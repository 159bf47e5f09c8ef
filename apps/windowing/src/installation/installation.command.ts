import { hostname, userInfo } from 'node:os';

import { instant, print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { MillraceError } from '@millrace/platform-errors';
import {
  changeInstallation,
  readInstallation,
  type Installation,
  type SharedVariables,
} from '@millrace/platform-kafka';
import { InvalidArgumentError, type Command } from 'commander';

import { withConnections } from '../cli/connect';
import { dayAlignmentProblem } from '../windows/day-alignment';
import { mirrorInstallation } from './mirror-installation';

const DEPLOY = 'Run `npx millrace deploy`: the first deploy records it';

export const decidedHere = (): string => `${userInfo().username}@${hostname()}`;

/** Shows and changes what every process of the installation agrees on. */
export function addInstallationCommand(program: Command, shell: CommandShell): void {
  const installation = program
    .command('installation')
    .description('what every service and command agrees on: time zone, size and grace of windows');
  installation
    .command('show')
    .description('what is recorded')
    .option('--json', 'print one JSON object')
    .action(async (options: JsonOption) => {
      const recorded = await withConnections(
        ({ kafka, config, log }) => readInstallation({ kafka, topicPrefix: config.TOPIC_PREFIX, log }),
        { mayDiffer: true },
      );
      if (recorded === undefined) throw notRecorded();
      print(shell, options, recorded, inLines(recorded));
    });
  installation
    .command('change')
    .description('record other values on purpose; restart every service with them afterwards')
    .option('--time-zone <zone>', 'IANA zone of business days, schedules and deadlines', parseZone)
    .option('--grace <seconds>', 'a window is closed this long after its end', parseSeconds)
    .requiredOption('--note <text>', 'why, for whoever reads it later')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nThe size of windows cannot change: it belongs to the chain of seal steps.')
    .action(async (options: JsonOption & { timeZone?: string; grace?: number; note: string }) => {
      const changed = await withConnections(
        async ({ kafka, config, log, clickhouse }) => {
          const changes: SharedVariables = {
            ...(options.timeZone === undefined ? {} : { TIME_ZONE: options.timeZone }),
            ...(options.grace === undefined ? {} : { WINDOW_GRACE_SECONDS: options.grace }),
          };
          if (Object.keys(changes).length === 0) throw usage('Nothing to change: give --time-zone or --grace');
          const sizeMs = config.WINDOW_SIZE_SECONDS * 1000;
          const problem = dayAlignmentProblem(options.timeZone ?? config.TIME_ZONE, sizeMs, new Date());
          if (problem !== null) throw usage(`Windows cannot make up the days of that zone: ${problem}`);
          const decision = { by: decidedHere(), note: options.note, at: Date.now() };
          const next = await changeInstallation({ kafka, topicPrefix: config.TOPIC_PREFIX, log }, changes, decision);
          if (next === undefined) throw notRecorded();
          await mirrorInstallation(clickhouse, next);
          return next;
        },
        { mayDiffer: true },
      );
      print(shell, options, changed, [
        ...inLines(changed),
        'Restart every service with these values now: those that still have others do not build, score or plan.',
      ]);
    });
}

function inLines({ revision, variables, note, decided_by, decided_at }: Installation): string[] {
  return [
    ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    `revision ${revision}, by ${decided_by} at ${instant(decided_at)}${note === '' ? '' : `: ${note}`}`,
  ];
}

const notRecorded = (): MillraceError =>
  new MillraceError('Nothing is recorded for this installation', {
    code: 'CONFIG_INVALID',
    actor: 'operator',
    advice: DEPLOY,
  });

const usage = (message: string): MillraceError =>
  new MillraceError(message, { code: 'USAGE_INVALID', actor: 'operator', advice: 'See --help' });

function parseZone(text: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return text;
  } catch {
    throw new InvalidArgumentError('an IANA time zone such as America/New_York is wanted');
  }
}

function parseSeconds(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('a whole number of seconds is wanted');
  return Number(text);
}
