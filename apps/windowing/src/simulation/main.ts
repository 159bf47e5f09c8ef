import { EXIT_DONE, EXIT_FAILED, EXIT_USAGE } from '@millrace/platform-errors';
import { Command, CommanderError, InvalidArgumentError } from 'commander';

import { NAMED_HISTORIES } from './histories';
import { runHistory, type History } from './run-history';

interface Options {
  readonly histories: number;
  readonly from: number;
  readonly json?: boolean;
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

/** Runs histories with every guard in place, and each named one also without its guard. */
function simulate({ histories, from, json }: Options): number {
  const startedAt = performance.now();
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  const broken: History[] = [];
  let steps = 0;
  let records = 0;
  let lost = 0;
  for (let seed = from; seed < from + histories; seed++) {
    const history = runHistory(seed);
    steps += history.steps;
    records += history.records;
    lost += history.lost;
    if (history.violations.length > 0) broken.push(history);
  }
  const missed = NAMED_HISTORIES.filter(
    ({ seed, guard, breaks }) =>
      !runHistory(seed, guard).violations.some(({ invariant }) => invariant.startsWith(breaks)),
  );
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  if (json === true) {
    write(JSON.stringify({ histories, from, steps, records, proposals_lost: lost, seconds, broken, missed }));
  } else {
    for (const { seed, violations } of broken) {
      for (const { invariant, detail } of violations.slice(0, 3)) write(`seed ${seed}: ${invariant} BROKEN: ${detail}`);
    }
    for (const { name, guard } of missed) write(`"${name}" goes well without ${guard}: the history shows nothing`);
    write(
      `${histories} histories, ${steps} steps, ${records} records, ${lost} proposals lost, in ${seconds} s: ` +
        `${broken.length} broken; ${NAMED_HISTORIES.length - missed.length} of ${NAMED_HISTORIES.length} guards shown to be needed`,
    );
  }
  return broken.length + missed.length === 0 ? EXIT_DONE : EXIT_FAILED;
}

const program = new Command('simulate')
  .description('the protocol of sealing under a seeded simulation: broker, store, clocks, pauses, crashes')
  .option('--histories <n>', 'how many', parseCount, 200)
  .option('--from <seed>', 'first seed', parseCount, 1)
  .option('--json', 'print one JSON object')
  .exitOverride()
  .action((options: Options) => {
    process.exitCode = simulate(options);
  });

try {
  program.parse();
} catch (error) {
  process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE;
}
