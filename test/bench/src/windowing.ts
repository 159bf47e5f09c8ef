import { setTimeout as sleep } from 'node:timers/promises';

import { openStack, type Stack } from '@millrace/platform-testing';
import { Command } from 'commander';

import { produceBacklog, type ProducedBacklog } from './backlog/produce-backlog';
import { createBodies, lastClosedHour, type Spread } from './backlog/signals';
import { medianFigures, type Figures } from './report/figures';
import { printWindowing, type WindowingReport } from './report/windowing-report';
import { judgeWindowing } from './report/windowing-targets';
import { CONTESTANTS, inWorkplace, landThenSeal } from './windowing/contest';
import { sealLateRecords, sealManySteps, type StepCosts } from './windowing/late-steps';
import { createProfile, readProfile } from './windowing/profile';
import { stagesOf, type Stage } from './windowing/stages';
import type { Settings } from './windowing/windowing-process';

interface Options {
  readonly signals: string;
  readonly partitions: string;
  readonly repeat: string;
  readonly only?: string;
  readonly set: readonly string[];
  readonly long?: boolean;
  readonly profile?: boolean;
  readonly json?: boolean;
}

const PEOPLE = 50_000;
const ACCOUNTS = 3_000;
/** A day of hours, a hundred days of hours, one hour. */
const HOURS = { day: 24, 'hundred-days': 2_400, hour: 1 } as const;
const LATE_RECORDS = 20_000;
const STEPS = { usual: 100, long: 1_000 };
const LONG_BACKLOG = 5_000_000;

const parts = ['contest', 'hour', 'day', 'hundred-days', 'memory'] as const;

function readOptions(): Options {
  return new Command('bench windowing')
    .description('Landing and sealing on the real stack, beside ClickHouse’s own Kafka engine.')
    .option('--signals <n>', 'signals of a backlog', '1000000')
    .option('--partitions <n>', 'partitions of each topic', '4')
    .option('--repeat <n>', 'runs of each contestant; the table has medians', '1')
    .option(
      '--only <names>',
      `comma-separated: ${parts.join(', ')}, or single contestants: ${Object.keys(CONTESTANTS).join(', ')}`,
    )
    .option('--set <name=value...>', 'settings of windowing, such as LANDING_FLUSH_ROWS=300000', [])
    .option('--long', `a backlog of ${LONG_BACKLOG} signals for memory, ${STEPS.long} steps`)
    .option('--profile', 'CPU profile of the fast path; says where it is written')
    .option('--json', 'print one JSON object')
    .parse()
    .opts<Options>();
}

async function main(): Promise<void> {
  const options = readOptions();
  const settings = Object.fromEntries(options.set.map((pair) => pair.split('=') as [string, string]));
  const names = new Set(options.only?.split(',') ?? [...parts]);
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  const figures: Figures[] = [];
  const stages: Record<string, readonly Stage[]> = {};
  const steps: StepCosts[] = [];
  const partitions = Number(options.partitions);

  const spreadOver = (windows: number): Spread => ({
    windows,
    endsAt: lastClosedHour(Date.now()),
    people: PEOPLE,
    accounts: ACCOUNTS,
    idPrefix: '0198f0c2',
  });
  const produce = async (stack: Stack, spread: Spread, signals: number): Promise<ProducedBacklog> => {
    const backlog = { source: 'website', partitions, signals, bodyOf: createBodies(spread) };
    const produced = await produceBacklog(stack, backlog);
    // The T of a step is up to three seconds in the past, and the step is to hold the whole backlog.
    await sleep(3_000);
    const { bytesPerSignal, seconds } = produced;
    progress(
      `produced ${signals} signals of ${bytesPerSignal} bytes over ${spread.windows} windows in ${seconds.toFixed(0)} s`,
    );
    return produced;
  };

  const contestants = Object.entries(CONTESTANTS).filter(([name]) => names.has('contest') || names.has(name));
  if (contestants.length > 0) {
    await withStack(async (stack) => {
      const backlog = await produce(stack, spreadOver(HOURS.day), Number(options.signals));
      const runs = new Map<string, Figures[]>();
      for (let run = 1; run <= Number(options.repeat); run += 1) {
        for (const [name, contestant] of contestants) {
          for (const found of await contestant({ stack, backlog, settings, nodeArguments: [] })) {
            progress(`${name} ${run}: ${JSON.stringify(found)}`);
            runs.set(found.name, [...(runs.get(found.name) ?? []), found]);
          }
        }
      }
      figures.push(...[...runs.values()].map(medianFigures));
    });
  }

  for (const [name, hours] of Object.entries(HOURS)) {
    if (!names.has(name)) continue;
    const runs: Figures[][] = [];
    for (let run = 1; run <= Number(options.repeat); run += 1) {
      await withStack(async (stack) => {
        const spread = spreadOver(hours);
        const backlog = await produce(stack, spread, Number(options.signals));
        await inWorkplace(stack, 'seal', async (workplace) => {
          const { figures: found, sealed } = await landThenSeal(workplace, name, backlog, settings);
          stages[`seal-${name}`] = stagesOf(sealed.statements);
          progress(`${name} ${run}: ${JSON.stringify(found)}`);
          runs.push([...found]);
          if (name !== 'hundred-days') return;
          const contest = { workplace, source: 'website', partitions, spread, landed: backlog.signals };
          const late = await sealLateRecords(contest, LATE_RECORDS);
          stages['late'] = stagesOf(late.sealed.statements);
          progress(`late ${run}: ${JSON.stringify(late.figures)}`);
          runs.at(-1)?.push(late.figures);
          if (run > 1) return;
          const after = { ...contest, landed: contest.landed + LATE_RECORDS };
          steps.push(await sealManySteps(after, options.long === true ? STEPS.long : STEPS.usual));
          progress(`steps: ${JSON.stringify(steps)}`);
        });
      });
    }
    const first = runs[0] ?? [];
    figures.push(...first.map((_, index) => medianFigures(runs.flatMap((run) => run[index] ?? []))));
  }

  if (options.long === true && names.has('memory'))
    figures.push(...(await measureMemory(produce, spreadOver(HOURS.day), settings, progress)));
  const profiled =
    options.profile === true ? await profileFastPath(produce, spreadOver(HOURS.day), options, settings) : undefined;

  const report: WindowingReport = {
    figures,
    stages,
    steps,
    targets: judgeWindowing(figures, steps),
    profile: profiled,
  };
  if (options.json === true) console.log(JSON.stringify(report));
  else printWindowing(report);
}

type Produce = (stack: Stack, spread: Spread, signals: number) => Promise<ProducedBacklog>;

async function measureMemory(
  produce: Produce,
  spread: Spread,
  settings: Settings,
  progress: (line: string) => void,
): Promise<Figures[]> {
  return withStack(async (stack) => {
    const backlog = await produce(stack, spread, LONG_BACKLOG);
    const found: Figures[] = [];
    for (const name of ['fast', 'steps-meanwhile']) {
      const figures = (await CONTESTANTS[name]?.({ stack, backlog, settings, nodeArguments: [] })) ?? [];
      found.push(...figures.map((one) => ({ ...one, name: `long-${one.name}` })));
      progress(`long ${name}: ${JSON.stringify(figures)}`);
    }
    return found;
  });
}

async function profileFastPath(
  produce: Produce,
  spread: Spread,
  options: Options,
  settings: Settings,
): Promise<WindowingReport['profile']> {
  return withStack(async (stack) => {
    const backlog = await produce(stack, spread, Number(options.signals));
    const profile = createProfile();
    await CONTESTANTS['fast']?.({ stack, backlog, settings, nodeArguments: profile.nodeArguments });
    return { folder: profile.folder, functions: readProfile(profile, 25) };
  });
}

async function withStack<Result>(work: (stack: Stack) => Promise<Result>): Promise<Result> {
  const stack = await openStack();
  try {
    return await work(stack);
  } finally {
    await stack.cleanup();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
