import { outliveClosedPipes } from '@millrace/platform-commands';
import { describeError, EXIT_DONE, EXIT_FAILED, exitCodeOf, millraceVersion } from '@millrace/platform-errors';
import { Command, InvalidArgumentError } from 'commander';

import { runDemo } from './demo';
import { faultsOf } from './faults';
import { createProgress } from './progress';
import { renderScreen } from './screen';
import { openSurroundings } from './surroundings';

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number above 0 is wanted');
  return value;
};

const untilInterrupted = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });

interface Options {
  json?: true;
  keep?: true;
  freePorts?: true;
  seed: number;
  days: number;
  accounts: number;
  signalsPerDay: number;
}

async function main(): Promise<number> {
  outliveClosedPipes();
  const program = new Command('demo')
    .description('Runs Millrace’s whole main job once on a simulated company and prints what was measured.')
    .version(millraceVersion(), '--version', 'print the version')
    .option('--json', 'print one JSON object instead of the screen')
    .option('--keep', 'leave everything running for exploring, until Ctrl-C')
    .option('--free-ports', 'use ports that are free instead of the usual ones')
    .option('--seed <number>', 'seed of the simulated company', positive, 7)
    .option('--days <number>', 'days of history', positive, 5)
    .option('--accounts <number>', 'accounts of the company, at least 12', positive, 60)
    .option('--signals-per-day <number>', 'signals of a working day', positive, 3_000);
  const options = program.parse().opts<Options>();
  const startedAt = Date.now();
  const progress = createProgress({ isJson: options.json === true });
  const surroundings = await openSurroundings({
    ports: options.freePorts ? 'free' : 'default',
    keepData: false,
    onProgress: progress.say,
  });
  const interrupted = untilInterrupted();
  let hasFailed = false;
  try {
    const summary = await Promise.race([
      runDemo(surroundings, options, progress, startedAt),
      interrupted.then(() => null),
    ]);
    if (summary === null) return EXIT_FAILED;
    process.stdout.write(options.json ? `${JSON.stringify(summary)}\n` : `\n${renderScreen(summary)}\n`);
    if (options.keep) {
      progress.say('everything keeps running: Ctrl-C stops it');
      await interrupted;
    }
    const faults = faultsOf(summary);
    for (const fault of faults) progress.say(`FAILED: ${fault}`);
    return faults.length === 0 ? EXIT_DONE : EXIT_FAILED;
  } catch (error) {
    hasFailed = true;
    if (!options.keep) {
      progress.say(`logs are kept in ${surroundings.stack.logDirectory}`);
      throw error;
    }
    process.stderr.write(`${describeError(error)}\n`);
    progress.say(`everything keeps running: Ctrl-C stops it; logs are in ${surroundings.stack.logDirectory}`);
    await interrupted;
    return exitCodeOf(error);
  } finally {
    await surroundings.stop({ logs: hasFailed });
    progress.say('stopped');
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = exitCodeOf(error);
  },
);
