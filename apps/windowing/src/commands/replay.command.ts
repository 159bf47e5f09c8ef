import { print, readTyped, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { EXIT_DONE, EXIT_FAILED, UsageError } from '@millrace/platform-errors';
import { Option, type Command } from 'commander';

import { describeReplay } from './describe-replay';
import { assertKept, publishRebuild } from '../replay/rebuild';
import { replay } from '../replay/replay';
import { findStepsOf } from '../replay/select-steps';
import { readSealedBefore } from '../retention/read-drops';
import { readHeadStep } from '../conservation/read-conservation';
import { createSealing } from '../sealing/create-sealer';
import { createReland } from '../reland/create-reland';
import type { Connections } from '../connections/connections';
import { withConnections } from './with-connections';
import { parseReplayRange } from './replay-range';
import { assertStep } from './steps';

interface ReplayDeps extends JsonOption {
  readonly from?: string;
  readonly to?: string;
  readonly source: 'raw' | 'kafka';
  readonly into?: string;
  readonly publish?: boolean;
}

export function addReplayCommand(program: Command, shell: CommandShell): void {
  program
    .command('replay')
    .description('rebuild recorded steps and compare their digests, or publish a rebuild after a change of code')
    .option('--from <step|date>', 'first step, or first local day of TIME_ZONE; default: step 1')
    .option('--to <step|date>', 'last step, or last day; default: the newest step, or the first day')
    .option('--verify', 'compare with the recorded digests (always done unless --publish)')
    .addOption(
      new Option('--source <source>', 'landed records, or the log itself').choices(['raw', 'kafka']).default('raw'),
    )
    .option('--into <database>', 'with --source kafka: keep the rebuilt tables in this database')
    .option('--publish', 'replace the days by what this version makes of them, as the next step of the chain')
    .option('--json', 'print one JSON object')
    .action((options: ReplayDeps) =>
      withConnections((connections) =>
        options.publish === true ? publish(connections, options, shell) : verify(connections, options, shell),
      ),
    );
}

async function verify(connections: Connections, options: ReplayDeps, shell: CommandShell): Promise<void> {
  const range = await stepsOf(connections, options);
  const report = await replay(connections, { ...range, source: options.source, into: options.into });
  print(shell, options, report, describeReplay(report));
  shell.exitWith(report.is_equal && report.verified > 0 ? EXIT_DONE : EXIT_FAILED);
}

async function publish(connections: Connections, options: ReplayDeps, shell: CommandShell): Promise<void> {
  const { from, to } = windowsOf(connections, options);
  const { config } = connections;
  assertKept(from, await readSealedBefore(connections.clickhouse, config.CLICKHOUSE_DATABASE));
  const sealing = await createSealing(config, { ...connections, reland: createReland(config, connections) });
  try {
    await sealing.sealer.start();
    const step = await publishRebuild(sealing, from, to);
    print(shell, options, step, [
      `published step ${step.step}: ${step.totals.sealed} signals of ${step.totals.windows} windows rebuilt by code ${step.code_version}`,
    ]);
  } finally {
    await sealing.stop();
  }
}

async function stepsOf(connections: Connections, options: ReplayDeps): Promise<{ from: number; to: number }> {
  const head = await readHeadStep(connections.clickhouse);
  const typed = readTyped('--from, --to', () =>
    parseReplayRange(options, head, connections.config.TIME_ZONE, Date.now()),
  );
  if (typed.kind === 'steps') {
    assertStep(typed.from, head);
    assertStep(typed.to, head);
    return typed;
  }
  const steps = await findStepsOf(connections.clickhouse, typed.from, typed.to);
  if (steps !== null) return { from: steps[0], to: steps[1] };
  throw new UsageError('No step put anything into these days', {
    code: 'STEP_UNKNOWN',
    advice: 'Look at `npx millrace windows days`',
  });
}

/** Windows of the days named, as [from, to). */
function windowsOf({ config }: Connections, options: ReplayDeps): { from: number; to: number } {
  const typed = readTyped('--from, --to', () => parseReplayRange(options, 1, config.TIME_ZONE, Date.now()));
  if (typed.kind === 'days') return typed;
  throw new UsageError('--publish replaces whole days: --from and --to are not days', {
    advice: 'Give dates, such as --from 2026-11-20',
  });
}
