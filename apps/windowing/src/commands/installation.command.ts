import { hostname, userInfo } from 'node:os';

import { isIanaZone } from '@millrace/contract-window';
import { instant, print, wholeNumber, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { MillraceError, UsageError } from '@millrace/platform-errors';
import {
  changeInstallation,
  readInstallation,
  type Installation,
  type SharedVariables,
} from '@millrace/platform-kafka';
import type { Command } from 'commander';

import { withConnections } from './with-connections';
import { dayAlignmentProblem } from '../windows/day-alignment';
import { mirrorInstallation } from '../installation/mirror-installation';
import { unknownZone } from '../windows/unknown-zone';

/** A week: a later window would be closed too late for any run. */
const MOST_GRACE_SECONDS = 604_800;
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
    .option(
      '--grace <seconds>',
      'a window is closed this long after its end',
      wholeNumber({ min: 0, max: MOST_GRACE_SECONDS, unit: 'seconds' }),
    )
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
          if (Object.keys(changes).length === 0) throw new UsageError('Nothing to change: give --time-zone or --grace');
          const sizeMs = config.WINDOW_SIZE_SECONDS * 1000;
          const problem = dayAlignmentProblem(options.timeZone ?? config.TIME_ZONE, sizeMs, new Date());
          if (problem !== null)
            throw new UsageError(`--time-zone: windows cannot make up the days of that zone: ${problem}`);
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

function parseZone(text: string): string {
  if (isIanaZone(text)) return text;
  throw unknownZone(text);
}
