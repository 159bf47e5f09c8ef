import { findModel, type Score } from '@millrace/catalog-models';
import {
  instant,
  listing,
  print,
  readTyped,
  wholeNumber,
  type CommandShell,
  type JsonOption,
} from '@millrace/platform-commands';
import { MillraceError, UsageError } from '@millrace/platform-errors';
import type { Command } from 'commander';

import { readScoringConfig, type ScoringConfig } from '../app.config';
import { agreeWithInstallation } from '../connections/connections';
import { createEngine } from '../runs/engine';
import { nightAt } from '../what-if/night';
import { tryWhatIf, type WhatIf } from '../what-if/what-if';
import { parseAsOf } from '../schedule/as-of';
import { diffInLines } from './models-settings';
import { instantThatRan } from './run-job';
import { SCORES } from './score-model';
import { withSettings } from './with-settings';

export interface WhatIfOptions {
  readonly file?: string | undefined;
  readonly asOf?: string | undefined;
  readonly anyway?: boolean | undefined;
  readonly top: number;
}

export function addWhatIfCommand(models: Command, shell: CommandShell): void {
  models
    .command('what-if <model>')
    .description('score stored windows with other settings, beside what is live; publishes and sends nothing')
    .option('--file <path>', 'the settings; default: <model>.yaml in MODELS_CONFIG_DIR')
    .option('--as-of <date|time>', 'an instant that the model has a run of; default: the newest')
    .option('--top <count>', 'those whose rank changes most, 0 to 1000', wholeNumber({ min: 0, max: 1000 }), 10)
    .option('--anyway', "even from half an hour before the night's run until its deadline")
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nSee docs/guide/change-weights.md')
    .action(async (name: string, options: JsonOption & WhatIfOptions) => {
      const report = await whatIf(readScoringConfig(), name, options);
      print(shell, options, report, whatIfInLines(report));
    });
}

/** Throws RUN_UNKNOWN without a run to compare with, SERVICE_NOT_READY while the night's run needs the machine. */
export async function whatIf(config: ScoringConfig, name: string, options: WhatIfOptions): Promise<WhatIf> {
  const model = findModel(name);
  if (!isScored(model)) {
    throw new UsageError(`${name} makes no scores that could be compared`, {
      advice: `Name one that does: ${SCORES.map((one) => one.name).join(', ')}`,
    });
  }
  return withSettings(config, async (desk, connections) => {
    const engine = createEngine(connections, undefined, { isModest: true, publishes: 'never' });
    const job = engine.job(name);
    if (options.anyway !== true) refuseAtNight(engine.jobs);
    await Promise.all([agreeWithInstallation(connections), connections.chain.start(), connections.scores.start()]);
    const newest = engine.decisions.newestRun(name, Infinity);
    if (newest === undefined) {
      throw new MillraceError(`${name} has not run yet: there is nothing to compare with`, {
        code: 'RUN_UNKNOWN',
        actor: 'operator',
        advice: `Run it: npx millrace run ${name}`,
      });
    }
    const { asOf: typed } = options;
    const context = { ticker: job.ticker, zone: job.zone, now: Date.now() };
    const asOf =
      typed === undefined
        ? newest.as_of
        : instantThatRan(
            engine,
            name,
            readTyped('--as-of', () => parseAsOf(typed, context)),
          );
    const live = engine.decisions.newestRun(name, asOf) ?? newest;
    const { diff, parsed } = await desk.propose(model, options.file);
    return tryWhatIf({
      clickhouse: connections.clickhouse,
      model,
      job,
      live,
      proposed: parsed.own,
      diff,
      movers: options.top,
    });
  });
}

const isScored = (model: ReturnType<typeof findModel>): model is Score => SCORES.some((one) => one === model);

function refuseAtNight(jobs: Parameters<typeof nightAt>[1]): void {
  const night = nightAt(Date.now(), jobs);
  if (night === undefined) return;
  throw new MillraceError(`The run of ${night.job} at ${instant(night.tick)} needs the machine`, {
    code: 'SERVICE_NOT_READY',
    actor: 'operator',
    isRetryable: true,
    advice: `Try it after ${instant(night.deadline)}, or insist with --anyway`,
  });
}

function whatIfInLines(report: WhatIf): string[] {
  const { diff, matrix, changes, distribution, movers } = report;
  const crossing = matrix.filter(({ from_state, to_state }) => from_state !== to_state);
  const changed = changes.filter(({ change_from }) => change_from !== 0);
  const sum = (rows: readonly { readonly entities: number }[]): number =>
    rows.reduce((total, { entities }) => total + entities, 0);
  return [
    ...diffInLines(diff),
    '',
    `${report.rows} scored as of ${instant(report.as_of)}: ${sum(changed)} scores change, ${sum(changes) - sum(changed)} stay`,
    ...listing(
      ['change', 'scores'],
      changed.map(({ change_from: from, entities }) => [`${signed(from)} to ${signed(from + 4)}`, entities]),
      '',
    ),
    '',
    ...listing(
      ['scores', 'before', 'after'],
      distribution.map(({ score_from: from, before, after }) => [
        `${from} to ${from === 90 ? 100 : from + 9}`,
        before,
        after,
      ]),
      'nobody has a score',
    ),
    '',
    ...listing(
      ['field', 'from', 'to', 'entities'],
      crossing.map((row) => [row.field, row.from_state, row.to_state, row.entities]),
      'nobody crosses a threshold',
    ),
    ...(movers.length === 0
      ? []
      : [
          '',
          ...listing(
            ['entity', 'email', 'score', 'rank'],
            movers.map((row) => [
              row.entity_id,
              row.email,
              `${row.score_before} -> ${row.score_after}`,
              `${row.rank_before} -> ${row.rank_after}`,
            ]),
            '',
          ),
        ]),
    ...report.notes.map((note) => `note: ${note}`),
    '',
    `What each destination would receive: npx millrace plan --what-if ${report.run_id}`,
    `Publish it: npx millrace models publish ${diff.model} --note <why>`,
  ];
}

const signed = (number: number): string => (number > 0 ? `+${number}` : String(number));
