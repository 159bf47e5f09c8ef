import { print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { explainPerson } from '../explain/explain-person';
import { explanationInLines } from '../explain/explanation-lines';
import { findScoreModel, SCORES } from './score-model';
import { withClickHouse } from './with-clickhouse';

export function addExplainCommand(program: Command, shell: CommandShell): void {
  program
    .command('explain <person>')
    .description('why the score of a person (id, or e-mail in any case) is what it is, and why it moved')
    .option('--model <model>', 'the model', SCORES[0]?.name)
    .option('--run <run-id>', 'another run than the current one')
    .option('--json', 'print one JSON object')
    .action(async (person: string, options: JsonOption & { model: string; run?: string }) => {
      findScoreModel(options.model);
      const explanation = await withClickHouse((clickhouse) =>
        explainPerson(clickhouse, options.model, person, options.run),
      );
      print(shell, options, explanation, explanationInLines(explanation));
    });
}
