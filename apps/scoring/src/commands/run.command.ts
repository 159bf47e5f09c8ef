import { parseInstant, print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { readScoringConfig } from '../app.config';
import { runJob, type RunReport } from './run-job';

export interface RunOptions extends JsonOption {
  readonly asOf?: string;
  readonly wait?: true;
  readonly timeout: string;
  readonly partial?: true;
  readonly newSettings?: true;
}

export const withRunOptions = (command: Command): Command =>
  command
    .option('--as-of <instant>', 'the instant that the run speaks about; default now')
    .option('--wait', 'wait until the windows before it are sealed')
    .option('--timeout <seconds>', 'how long --wait waits', '14400')
    .option('--partial', 'run on what is sealed and mark the scores partial')
    .option('--new-settings', 'publish with settings that no run has used yet')
    .option('--json', 'print one JSON object');

export function addRunCommand(program: Command, shell: CommandShell): void {
  withRunOptions(
    program.command('run <job>').description('run a job once, as its schedule would; exits 0 when published'),
  ).action((job: string, options: RunOptions) => runAndReport(shell, job, options));
}

export async function runAndReport(shell: CommandShell, job: string, options: RunOptions): Promise<void> {
  const report = await runJob(readScoringConfig(), job, {
    asOf: options.asOf === undefined ? undefined : parseInstant(options.asOf),
    waitSeconds: options.wait === true ? Number(options.timeout) : 0,
    isPartialAllowed: options.partial === true,
    hasNewSettings: options.newSettings === true,
    say: (line) => void process.stderr.write(`${line}\n`),
  });
  print(shell, options, report, reportInLines(report));
}

function reportInLines(report: RunReport): string[] {
  const { outcome, run, timings, notes } = report;
  const head = outcome === 'unchanged' ? 'nothing to do, the run exists' : 'published';
  const parts = Object.entries(timings).map(([name, ms]) => `${name} ${ms}`);
  return [
    `${head}: ${run.run_id} (revision ${run.revision}, as of step ${run.step})`,
    `${run.rows} people scored in ${report.duration_ms} ms: ${parts.join(', ')}`,
    ...(run.is_partial ? [`PARTIAL, missing: ${run.missing.join(', ')}`] : []),
    ...(report.stale_runs.length > 0 ? [`stale now: ${report.stale_runs.join(', ')}`] : []),
    ...notes.map((note) => `note: ${note}`),
  ];
}
