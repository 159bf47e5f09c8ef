import { print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { signed } from '../explain/explain-move';
import { explainPerson, type Explanation } from '../explain/explain-person';
import { changesInWords } from '../settings/setting-changes';
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

const valuesInWords = (given: Readonly<Record<string, unknown>>): string => {
  const words = Object.entries(given).map(([name, value]) => `, ${name} ${String(value)}`);
  return words.join('');
};

function explanationInLines(it: Explanation): string[] {
  const before = it.previous_score === null ? 'first run' : `${it.previous_score} -> ${it.score}`;
  return [
    `${it.entity_id} ${it.email}  ${it.model} ${it.score ?? 'has no score'} (${before})${valuesInWords(it.values)}`,
    `as of ${it.run.as_of_date}, run ${it.run.run_id}${it.run.is_partial ? ', PARTIAL' : ''}${it.run.is_stale ? ', STALE' : ''}`,
    ...(it.mend === null ? [] : [`stale: the run before it was redone; mend it with ${it.mend}`]),
    ...it.remarks,
    '',
    'Contributions',
    ...it.contributions.map((row) => `  ${signed(row.points).padStart(4)}  ${row.sentence.replace(/: [+-]?\d+$/, '')}`),
    ...it.absent.map(({ component, reason }) => `     0  ${component}: ${reason}`),
    ...(it.settings_changed.length === 0
      ? []
      : ['', `Settings changed since the run before: ${changesInWords(it.settings_changed)}`]),
    ...(it.moved.length === 0 ? [] : ['', 'Why it moved']),
    ...it.moved.map(
      (move) => `  ${signed(move.change).padStart(4)}  ${move.component} ${move.signal_class}: ${move.why}`,
    ),
  ];
}
