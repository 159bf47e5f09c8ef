import { Command } from 'commander';

import { runMillion, type MillionReport } from './million/run-million';

const isGood = ({ comparison, violations }: MillionReport): boolean =>
  violations.length === 0 && comparison.missing + comparison.repeated + comparison.misplaced + comparison.unknown === 0;

function describe(report: MillionReport): string {
  const { comparison, violations, ...figures } = report;
  const { examples, ...counts } = comparison;
  const lines = Object.entries({ ...figures, ...counts }).map(
    ([name, value]) => `${name.padEnd(16)} ${String(value).padStart(12)}`,
  );
  return [...lines, ...examples, ...violations, isGood(report) ? 'every signal exactly once' : 'NOT EQUAL', ''].join(
    '\n',
  );
}

async function main(): Promise<void> {
  const program = new Command('million')
    .description('Signals through two replicas that are killed at random, then compared with the producer id by id.')
    .option('--signals <n>', 'distinct signals', '1000000')
    .option('--kill-every <seconds>', 'a replica is killed this often, on average', '8')
    .option('--rate <n>', 'signals a second at most, so that many windows close meanwhile', '10000')
    .option('--no-replay', 'leave out the replay into an empty database')
    .option('--json', 'print one JSON object')
    .parse();
  const options = program.opts<{ signals: string; killEvery: string; rate: string; replay: boolean; json?: boolean }>();
  const report = await runMillion({
    signals: Number(options.signals),
    killEverySeconds: Number(options.killEvery),
    rate: Number(options.rate),
    replay: options.replay,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(options.json === true ? `${JSON.stringify(report)}\n` : describe(report));
  process.exitCode = isGood(report) ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
