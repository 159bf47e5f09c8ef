import { Command } from 'commander';

import { round } from './report/figures';
import { formatRuns } from './report/scoring-tables';
import { atMost } from './report/target';
import { runChain } from './scoring/run-chain';
import { FIRST_OF_MONTH, runScoring } from './scoring/run-scoring';

async function main(): Promise<void> {
  const options = new Command('bench attribution')
    .description(
      'Markov and Shapley over paths; then a whole month: one to five visits a person, one person in twenty converts.',
    )
    .option('--paths <n>', 'how many paths', '1000000')
    .option('--people <n,n>', 'how many people, several separated by commas', '100000')
    .option('--json', 'print one JSON object')
    .parse()
    .opts<{ readonly paths: string; readonly people: string; readonly json?: boolean }>();
  const chain = await runChain(Number(options.paths));
  const sizes = options.people.split(',').map(Number);
  const runs = await runScoring(FIRST_OF_MONTH, sizes, (line) => void process.stderr.write(`${line}\n`));
  if (options.json === true) return console.log(JSON.stringify({ chain, runs }));
  const { value, target, ok } = atMost('Markov and Shapley', round(chain.seconds, 2), 30, 's');
  console.log(`Markov and Shapley over ${chain.paths} paths: ${value} s, ${target}: ${ok ? 'met' : 'NOT MET'}`);
  console.log(`CPU of this process ${round(chain.cpuSeconds, 2)} s\n\n${formatRuns(runs)}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
