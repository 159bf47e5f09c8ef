import type { Stack } from '@millrace/platform-testing';

import type { ProducedBacklog } from '../backlog/produce-backlog';
import { KAFKA_ENGINE, landWithKafkaEngine } from '../peers/kafka-engine';
import { figuresOf, type Figures } from '../report/figures';
import { countRows, landBacklog, type Landed } from './land-backlog';
import { landAndSeal, sealLanded, STEPS_MEANWHILE, type Sealed } from './seal-steps';
import type { Settings } from './windowing-process';
import { openWorkplace, type Workplace } from './workplace';

export interface Contest {
  readonly stack: Stack;
  readonly backlog: ProducedBacklog;
  readonly settings: Settings;
  readonly nodeArguments: readonly string[];
}

export type Contestant = (contest: Contest) => Promise<Figures[]>;

/** All read the same backlog; the order is that of the table. */
export const CONTESTANTS: Readonly<Record<string, Contestant>> = {
  engine: async ({ stack, backlog }) => {
    const usage = await landWithKafkaEngine(stack, backlog.topic, backlog.signals, KAFKA_ENGINE);
    return [figuresOf('engine', "ClickHouse's Kafka engine, landing only", backlog.signals, usage)];
  },
  reference: (contest) => landOnly('reference', 'reference path, landing only', contest),
  fast: (contest) => landOnly('fast', 'fast path, landing only', contest),
  'one-step': (contest) =>
    landAndSealAll('one-step', 'fast path, landing and sealing: one step at the end', contest, {}),
  'steps-meanwhile': (contest) =>
    landAndSealAll('steps-meanwhile', 'fast path, landing and sealing: a step a second', contest, STEPS_MEANWHILE),
};

async function landOnly(path: 'fast' | 'reference', what: string, contest: Contest): Promise<Figures[]> {
  return inWorkplace(contest.stack, path, async (workplace) => {
    const settings = { LANDING_PATH: path, ...contest.settings };
    const landed = await landBacklog(workplace, contest.backlog.signals, settings, contest.nodeArguments);
    await assertRows(workplace, contest.backlog.signals);
    return [landingFigures(path, what, contest.backlog.signals, landed)];
  });
}

async function landAndSealAll(
  name: string,
  what: string,
  { stack, backlog, settings }: Contest,
  how: Settings,
): Promise<Figures[]> {
  return inWorkplace(stack, name.replace('-', '_'), async (workplace) => {
    const sealed = await landAndSeal(workplace, backlog.signals, { ...settings, ...how });
    return [sealingFigures(name, what, backlog.signals, sealed)];
  });
}

/** Lands a backlog and then, in a process of its own, seals it as one step: what each costs for so many windows. */
export async function landThenSeal(
  workplace: Workplace,
  name: string,
  backlog: ProducedBacklog,
  settings: Settings,
): Promise<{ readonly figures: Figures[]; readonly sealed: Sealed }> {
  const landed = await landBacklog(workplace, backlog.signals, settings);
  const sealed = await sealLanded(workplace, backlog.signals, settings);
  if (sealed.totals.steps !== 1) throw new Error(`${sealed.totals.steps} steps where one was expected`);
  const windows = `${sealed.totals.windows} windows`;
  return {
    figures: [
      landingFigures(`land-${name}`, `fast path, landing only, ${windows}`, backlog.signals, landed),
      sealingFigures(`seal-${name}`, `sealing what is landed, ${windows}, one step`, backlog.signals, sealed),
    ],
    sealed,
  };
}

export async function inWorkplace<Result>(
  stack: Stack,
  name: string,
  work: (workplace: Workplace) => Promise<Result>,
): Promise<Result> {
  const workplace = await openWorkplace(stack, name);
  try {
    return await work(workplace);
  } finally {
    await workplace.close();
  }
}

export async function assertRows(workplace: Workplace, signals: number): Promise<void> {
  const rows = await countRows(workplace);
  if (rows !== signals) throw new Error(`${rows} rows landed of ${signals} signals`);
}

const landingFigures = (name: string, what: string, signals: number, landed: Landed): Figures =>
  figuresOf(name, what, signals, landed, {
    buildMicrosPerRow: (landed.buildSeconds * 1e6) / signals,
    insertWaitMicrosPerRow: (landed.insertSeconds * 1e6) / signals,
    pausedSeconds: landed.pausedSeconds,
  });

export const sealingFigures = (
  name: string,
  what: string,
  signals: number,
  sealed: Omit<Sealed, 'statements'>,
): Figures =>
  figuresOf(name, what, signals, sealed, {
    attemptSeconds: sealed.attemptSeconds,
    ...Object.fromEntries(Object.entries(sealed.stageSeconds).map(([stage, seconds]) => [`${stage}Seconds`, seconds])),
    steps: sealed.totals.steps,
    lateSignals: sealed.totals.late,
  });
