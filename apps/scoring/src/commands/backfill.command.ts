import { parseWhen, refuseFuture } from '@millrace/contract-window';
import { instant, print, readTyped, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { UsageError } from '@millrace/platform-errors';
import { silentLog } from '@millrace/platform-kafka';
import type { Command } from 'commander';

import { readScoringConfig, type ScoringConfig } from '../app.config';
import { agreeWithInstallation, closeConnections, createConnections } from '../connections/connections';
import { backfill, type BackfillReport } from '../runs/backfill';
import { filesOf, refuseBeforeData, refuseUnpublished } from '../runs/before-a-run';
import { createEngine } from '../runs/engine';
import { findScoreModel } from './score-model';

interface Options extends JsonOption {
  readonly from: string;
  readonly to?: string;
  readonly partial?: true;
  readonly newSettings?: true;
}

const MOST_INSTANTS = 5_000;

export function addBackfillCommand(program: Command, shell: CommandShell): void {
  program
    .command('backfill <job>')
    .description(
      'run a job as of every tick of a range that has no run yet, the oldest first; it steps aside for the schedule, and nothing is delivered',
    )
    .requiredOption('--from <date|time>', 'the first local day (2026-11-01), or a time with its zone')
    .option('--to <date|time>', 'the last local day, included; default now')
    .option('--partial', 'run on what is sealed and mark the scores partial')
    .option('--new-settings', 'publish the settings files first, where they differ from what is live')
    .option('--json', 'print one JSON object')
    .action(async (job: string, options: Options) => {
      const report = await backfillJob(
        readScoringConfig(),
        job,
        options,
        (line) => void process.stderr.write(`${line}\n`),
      );
      print(shell, options, report, reportInLines(job, report));
    });
}

/** Throws UsageError for a range that cannot be run, SERVICE_NOT_READY when nothing is sealed. */
export async function backfillJob(
  config: ScoringConfig,
  name: string,
  { from: typedFrom, to: typedTo, partial, newSettings }: Omit<Options, 'json'>,
  say: (line: string) => void = () => undefined,
): Promise<BackfillReport> {
  findScoreModel(name);
  const now = Date.now();
  const connections = createConnections(config, silentLog);
  try {
    const engine = createEngine(connections, undefined, {
      deliver: false,
      isBackfill: true,
      publishes: filesOf({ hasNewSettings: newSettings }),
    });
    const { ticker, zone } = engine.job(name);
    const from = readTyped('--from', () => startOf(typedFrom, zone, now));
    const through = typedTo === undefined ? now : readTyped('--to', () => endOf(typedTo, zone, now));
    const instants = ticker.between(from, through).length;
    if (instants === 0 || instants > MOST_INSTANTS) {
      throw new UsageError(`the schedule of ${name} has ${instants} ticks from ${typedFrom} to ${typedTo ?? 'now'}`, {
        advice: `Name a range with 1 to ${MOST_INSTANTS} of them`,
      });
    }
    await Promise.all([agreeWithInstallation(connections), connections.chain.start(), connections.scores.start()]);
    await engine.readSettings();
    refuseBeforeData(connections, typedFrom, ticker.next(from - 1) ?? from, '--from');
    if (newSettings !== true) {
      for (const one of engine.withUpstream(name)) refuseUnpublished(config, one);
    }
    const startedAt = Date.now();
    return await backfill(engine, name, {
      from,
      through,
      refresh: () => connections.scores.refresh(),
      leaseMs: config.TICK_LEASE_SECONDS * 1000,
      isPartialAllowed: partial === true,
      onPlanned: (open) => say(`${open.length} of ${instants} instants have no run yet`),
      onRun: ({ run }, { done, of }) => {
        const secondsLeft = (((Date.now() - startedAt) / done) * (of - done)) / 1000;
        say(`${done} of ${of}: ${run.run_id}, ${run.rows} rows; about ${Math.ceil(secondsLeft)} s left`);
      },
      onYield: (tick) => say(`stepping aside for ${tick}`),
    });
  } finally {
    await closeConnections(connections);
  }
}

function startOf(typed: string, zone: string, now: number): number {
  const when = parseWhen(typed, zone);
  refuseFuture(typed, when, now);
  return when.kind === 'instant' ? when.at : when.day.start;
}

function endOf(typed: string, zone: string, now: number): number {
  const when = parseWhen(typed, zone);
  refuseFuture(typed, when, now);
  return Math.min(now, when.kind === 'instant' ? when.at : when.day.end - 1);
}

function reportInLines(job: string, { made, existed, left }: BackfillReport): string[] {
  const own = made.filter(({ run }) => run.model === job);
  return [
    `${own.length} runs of ${job} made, ${made.length - own.length} of models that it reads, ${existed.length} were there`,
    ...left.map(({ as_of, reason }) => `  left: ${instant(as_of)}: ${reason}`),
  ];
}
