import { Command } from 'commander';

import { formatPeers, formatRollups, formatRuns, formatSavings, savingsOf } from './report/scoring-tables';
import { runPeers } from './scoring/run-peers';
import { runRollup } from './scoring/run-rollup';
import { NIGHT, runScoring } from './scoring/run-scoring';

async function main(): Promise<void> {
  const options = new Command('bench scoring')
    .description(
      'Signals rolled up into days; the night of the models over 400 days of edges and 90 of person_days, by number of people; the same lead score in pandas, in plain SQL and one by one.',
    )
    .option('--signals <n>', 'how many signals of 30 days are rolled up; 0: none', '10000000')
    .option('--people <n,n>', 'how many people, several separated by commas; 0: none', '10000,100000,1000000')
    .option('--peers <n>', 'how many people the other ways score; 0: none', '100000')
    .option('--one-by-one <n>', 'how many signals are scored and upserted one by one', '2000')
    .option('--json', 'print one JSON object')
    .parse()
    .opts<{ signals: string; people: string; peers: string; oneByOne: string; json?: boolean }>();
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const sizes = options.people
    .split(',')
    .map(Number)
    .filter((people) => people > 0);
  const [signals, peers, sample] = [options.signals, options.peers, options.oneByOne].map(Number) as [
    number,
    number,
    number,
  ];
  const rollups = signals > 0 ? await runRollup({ signals, days: 30, people: 1_000_000 }, say) : [];
  const runs = await runScoring(NIGHT, sizes, say);
  const ways = peers > 0 ? await runPeers(peers, sample, say) : [];
  if (options.json === true)
    return console.log(JSON.stringify({ rollups, runs, peers: ways, saved_percent: savingsOf(ways) }));
  if (rollups.length > 0) console.log(`${formatRollups(rollups)}\n`);
  if (runs.length > 0) console.log(`${formatRuns(runs)}\n`);
  if (ways.length > 0) console.log(`${formatPeers(ways)}\n\n${formatSavings(ways)}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
