import { Command } from 'commander';

import { round } from './report/figures';
import { formatRuns } from './report/scoring-tables';
import { atMost } from './report/target';
import { FIRST_OF_MONTH, runScoring } from './scoring/run-scoring';

async function main(): Promise<void> {
  const options = new Command('bench attribution')
    .description(
      'Attribution of a month: one to five visits a person, one person in twenty converts, by number of people.',
    )
    .option('--people <n,n>', 'how many people, several separated by commas', '1000000')
    .option('--json', 'print one JSON list')
    .parse()
    .opts<{ readonly people: string; readonly json?: boolean }>();
  const sizes = options.people.split(',').map(Number);
  const results = await runScoring(FIRST_OF_MONTH, sizes, (line) => void process.stderr.write(`${line}\n`));
  if (options.json === true) return console.log(JSON.stringify(results));
  console.log(formatRuns(results));
  for (const { people, timings } of results.filter(({ model }) => model === 'attribution')) {
    const { value, target, ok } = atMost('journeys and credit', secondsOf(timings), 30, 's');
    console.log(`${ok ? 'met' : 'NOT MET'}: journeys and credit of ${people} people in ${value} s, ${target}`);
  }
}

const secondsOf = ({ stage = NaN, score = NaN, check = NaN }: Readonly<Record<string, number>>): number =>
  round((stage + score + check) / 1000, 1);

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
