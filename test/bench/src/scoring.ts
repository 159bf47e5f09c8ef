import { Command } from 'commander';

import { round } from './report/figures';
import { formatTable } from './report/table';
import { runRollup } from './scoring/run-rollup';
import { runScoring } from './scoring/run-scoring';

async function main(): Promise<void> {
  const options = new Command('bench scoring')
    .description('The night of the models over 400 days of edges and 90 of person_days, by number of people.')
    .option('--people <n,n>', 'how many people, several separated by commas', '10000,100000,1000000')
    .option('--signals <n>', 'how many signals of 30 days are rolled up; 0: none', '10000000')
    .option('--json', 'print one JSON object')
    .parse()
    .opts<{ readonly people: string; readonly signals: string; readonly json?: boolean }>();
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const sizes = options.people
    .split(',')
    .map(Number)
    .filter((people) => people > 0);
  const signals = Number(options.signals);
  const rollups = signals > 0 ? await runRollup({ signals, days: 30, people: 1_000_000 }, say) : [];
  const results = await runScoring(sizes, say);
  if (options.json === true) return console.log(JSON.stringify({ rollups, runs: results }));
  console.log(
    formatTable(
      ['rolled up', 'signals', 'days', 'builds', 'seconds', 'ClickHouse CPU s', 'ClickHouse MiB at most', 'of which'],
      rollups.map((row) => [
        row.what,
        row.signals,
        row.days,
        row.builds,
        round(row.seconds, 1),
        round(row.cpuSeconds, 1),
        row.peakMegabytes,
        Object.entries(row.secondsOf)
          .map(([model, seconds]) => `${model} ${seconds.toFixed(1)}`)
          .join(', '),
      ]),
    ),
  );
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
