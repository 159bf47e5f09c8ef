import { listing, print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { MillraceError } from '@millrace/platform-errors';
import type { Command } from 'commander';

import { runAndReport, withRunOptions, type RunOptions } from './run.command';
import { showScores } from './show-scores';
import { withClickHouse } from './with-clickhouse';

export function addScoreCommand(program: Command, shell: CommandShell): void {
  const score = program.command('score').description('show scores, redo a run');
  withRunOptions(
    score.command('rerun').description('redo the run of an instant with what is sealed now; later runs become stale'),
  )
    .option('--model <model>', 'the model', 'lead_score')
    .action(async (options: RunOptions & { model: string }) => {
      if (options.asOf === undefined) {
        throw new MillraceError('rerun needs --as-of', { code: 'USAGE_INVALID', actor: 'operator' });
      }
      await runAndReport(shell, options.model, options);
    });
  score
    .command('show <entity>')
    .description('current scores of a person id, an e-mail or an account id')
    .option('--json', 'print one JSON list')
    .action(async (entity: string, options: JsonOption) => {
      const rows = await withClickHouse((clickhouse) => showScores(clickhouse, entity));
      if (rows.length === 0) {
        throw new MillraceError(`${entity} has no score`, { code: 'ENTITY_UNKNOWN', actor: 'operator' });
      }
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
}
