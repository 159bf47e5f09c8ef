import { print, wholeNumber, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { readScoringConfig } from '../app.config';
import type { RunDelivery } from '../deliveries/run-delivery';
import type { DownstreamReport } from '../runs/rerun-downstream';
import type { RunCost } from '../runs/run-cost';
import { figuresInWords } from './figures.command';
import { EXIT_NOT_SEALED, exitCodeOfRun, isNotSealed, runExitCodesInLines } from './run-exit-codes';
import { runJob, type RunReport } from './run-job';

export interface RunOptions extends JsonOption {
  readonly asOf?: string;
  readonly wait?: true;
  /** True, or names of destinations. */
  readonly waitDelivery?: true | string;
  readonly timeout: number;
  readonly partial?: true;
  readonly newSettings?: true;
  /** False with --no-deliver. */
  readonly deliver?: boolean;
  readonly withDownstream?: true;
  readonly limit?: number;
}

/** A week. */
const MOST_SECONDS = 604_800;

export const withRunOptions = (command: Command): Command =>
  command
    .option(
      '--as-of <date|time>',
      'what the run speaks about: the tick of a local day (2026-11-24), or a time with its zone (2026-11-24T02:00:00-05:00); default now',
    )
    .option('--wait', 'wait until the windows before it are sealed')
    .option(
      '--wait-delivery [destinations]',
      'wait then until what came of the run is delivered: to these, separated by commas; without names, to whoever planned for it',
    )
    .option(
      '--timeout <seconds>',
      `how long --wait and --wait-delivery wait, each, 0 to ${MOST_SECONDS}`,
      wholeNumber({ min: 0, max: MOST_SECONDS, unit: 'seconds' }),
      14_400,
    )
    .option('--partial', 'run on what is sealed and mark the scores partial')
    .option('--new-settings', 'publish the settings files first, where they differ from what is live')
    .option('--no-deliver', 'let no destination hear of the run until the next one')
    .option('--json', 'print one JSON object')
    .addHelpText('after', `\n${runExitCodesInLines().join('\n')}`);

export function addRunCommand(program: Command, shell: CommandShell): void {
  withRunOptions(program.command('run <job>').description('run a job once, as its schedule would')).action(
    (job: string, options: RunOptions) => runAndReport(shell, job, options),
  );
}

export async function runAndReport(
  shell: CommandShell,
  job: string,
  options: RunOptions & { readonly isRerun?: boolean },
): Promise<void> {
  const { timeout, waitDelivery } = options;
  const isWaiting = options.wait === true;
  const report = await runJob(readScoringConfig(), job, {
    asOf: options.asOf,
    isRerun: options.isRerun,
    waitSeconds: isWaiting ? timeout : 0,
    delivery: waitDelivery === undefined ? undefined : { destinations: namesIn(waitDelivery), waitSeconds: timeout },
    isPartialAllowed: options.partial === true,
    hasNewSettings: options.newSettings === true,
    deliver: options.deliver,
    downstreamLimit: options.withDownstream === true ? options.limit : undefined,
    say: (line) => void process.stderr.write(`${line}\n`),
  }).catch((error: unknown) => {
    if (isNotSealed(error)) shell.exitWith(EXIT_NOT_SEALED);
    throw error;
  });
  print(shell, options, report, reportInLines(report));
  shell.exitWith(exitCodeOfRun(report, { isPartialAsked: options.partial === true && !isWaiting }));
}

const namesIn = (typed: true | string): string[] =>
  typed === true
    ? []
    : typed
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '');

const ROWS: Readonly<Record<string, string>> = { person: 'people', account: 'accounts', conversion: 'conversions' };

function reportInLines(report: RunReport): string[] {
  const { outcome, run, timings, notes } = report;
  const head = outcome === 'unchanged' ? 'nothing to do, the run exists' : 'published';
  const parts = Object.entries(timings).map(([name, ms]) => `${name} ${ms}`);
  return [
    `${head}: ${run.run_id} (revision ${run.revision}, as of step ${run.step})`,
    `${run.rows} ${ROWS[run.entity_kind] ?? 'rows'} in ${report.duration_ms} ms: ${parts.join(', ')}`,
    ...(report.cost === null ? [] : [costInWords(report.cost)]),
    ...(run.is_partial ? [`PARTIAL, missing: ${run.missing.join(', ')}`] : []),
    ...(report.current_run_id === run.run_id
      ? []
      : [`NOT current: ${report.current_run_id} is of a later instant, and its scores stay the current ones`]),
    ...(report.downstream === null ? [] : downstreamInLines(report.downstream)),
    ...(report.delivery === null ? [] : deliveryInLines(report.delivery)),
    ...(report.stale_runs.length > 0 ? [`stale now: ${report.stale_runs.join(', ')}`] : []),
    ...notes.map((note) => `note: ${note}`),
    ...(report.figures === null ? [] : [`night: ${figuresInWords(report.figures)}`]),
    ...report.upstream.map(
      (one) => `read: ${one.run.run_id}, ${one.outcome === 'unchanged' ? 'which existed' : 'made before it'}`,
    ),
  ];
}

const costInWords = ({ cpu_ms, rows_read, bytes_read, peak_bytes }: RunCost): string =>
  `cost: ClickHouse ${(cpu_ms / 1000).toFixed(1)} s of CPU, ${rows_read.toLocaleString('en')} rows and ${megabytes(bytes_read)} read, ${megabytes(peak_bytes)} of memory at most`;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;

function deliveryInLines({ state, waits_for, reason, plans }: RunDelivery): string[] {
  return [
    `delivery: ${[state.replace('_', ' '), ...(reason === null ? [] : [reason])].join(', ')}`,
    ...waits_for.map((wait) => `  waits for ${wait}`),
    ...plans.map(
      (plan) =>
        `  ${plan.destination}/${plan.object}: ${plan.to_send} to send, ${plan.accepted} accepted, ${plan.rejected} rejected, ${plan.superseded} superseded, ${plan.spent} spent, ${plan.pending} pending`,
    ),
  ];
}

function downstreamInLines({ redone, left }: DownstreamReport): string[] {
  return [
    redone.length === 0 && left.length === 0 ? 'downstream: nothing is stale' : `downstream: ${redone.length} redone`,
    ...redone.map(({ replaced, run, outcome }) => `  ${replaced} -> ${run.run_id} (${outcome}, ${run.rows} rows)`),
    ...left.map(({ run_id, reason }) => `  still stale: ${run_id}: ${reason}`),
  ];
}
