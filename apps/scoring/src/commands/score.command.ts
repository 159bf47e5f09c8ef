import { listing, print, wholeNumber, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { UsageError } from '@millrace/platform-errors';
import type { Command } from 'commander';

import { findRun } from '../explain/explain-person';
import { unknownPerson } from '../explain/unknown-person';
import { addBacktestCommand } from './backtest.command';
import { runAndReport, withRunOptions, type RunOptions } from './run.command';
import { SCORES } from './score-model';
import { showScores } from './show-scores';
import { withClickHouse } from './with-clickhouse';

const MOST_RUNS = 100_000;

export function addScoreCommand(program: Command, shell: CommandShell): void {
  const score = program.command('score').description('show scores, redo a run, judge scores by what followed');
  withRunOptions(
    score.command('rerun').description('redo the run of an instant with what is sealed now; later runs become stale'),
  )
    .option('--model <model>', 'the model', SCORES[0]?.name)
    .option('--with-downstream', 'redo every run that becomes stale, too, in order, until none is')
    .option(
      '--limit <runs>',
      `the most runs that --with-downstream redoes, 1 to ${MOST_RUNS}`,
      wholeNumber({ min: 1, max: MOST_RUNS, unit: 'runs' }),
      1_000,
    )
    .action(async (options: RunOptions & { model: string }) => {
      if (options.asOf === undefined) {
        throw new UsageError('rerun needs --as-of', { advice: 'Name the day, such as --as-of 2026-11-24' });
      }
      await runAndReport(shell, options.model, { ...options, isRerun: true });
    });
  score
    .command('show <entity>')
    .description('current scores of a person id, an e-mail (in any case) or an account id')
    .option('--json', 'print one JSON list')
    .action(async (entity: string, options: JsonOption) => {
      const rows = await withClickHouse(async (clickhouse) => {
        const found = await showScores(clickhouse, entity);
        if (found.length > 0) return found;
        throw await unknownPerson(clickhouse, await findRun(clickhouse, SCORES[0]?.name ?? ''), entity);
      });
      const cells = rows.map((row) => [
        row.entity_id,
        row.email,
        row.model,
        row.as_of_date,
        row.previous_score ?? 'new',
        row.score,
        row.grade,
        row.stage,
        row.score_reasons.join(' '),
      ]);
      const header = ['entity', 'email', 'model', 'as of day', 'before', 'score', 'grade', 'stage', 'reasons'];
      print(shell, options, rows, listing(header, cells, `${entity} has no score`));
    });
  addBacktestCommand(score, shell);
}
