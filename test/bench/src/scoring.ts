import { Command } from 'commander';

import { round } from './report/figures';
import { formatTable } from './report/table';
import { runScoring } from './scoring/run-scoring';

async function main(): Promise<void> {
  const options = new Command('bench scoring')
    .description('The night of the models over 400 days of edges and 90 of person_days, by number of people.')
    .option('--people <n,n>', 'how many people, several separated by commas', '10000,100000,1000000')
    .option('--json', 'print one JSON list')
    .parse()
    .opts<{ readonly people: string; readonly json?: boolean }>();
  const sizes = options.people.split(',').map(Number);
  const results = await runScoring(sizes, (line) => void process.stderr.write(`${line}\n`));
  if (options.json === true) return console.log(JSON.stringify(results));
  console.log(
    formatTable(
      [
        'people',
        'run',
        'seconds',
        'inputs ms',
        'stage ms',
        'score ms',
        'check ms',
        'ClickHouse CPU s',
        'ClickHouse MiB at most',
      ],
      results.map(({ people, model, seconds, timings, cpuSeconds, peakMegabytes }) => [
        people,
        model,
        round(seconds, 1),
        timings['inputs'] ?? NaN,
        timings['stage'] ?? NaN,
        timings['score'] ?? NaN,
        timings['check'] ?? NaN,
        round(cpuSeconds, 1),
        peakMegabytes,
      ]),
    ),
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
