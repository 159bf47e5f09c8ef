import { SIGNAL_SCHEMA, valueSubject } from '@millrace/contract-signal';
import { SchemaRegistryCodec } from '@millrace/platform-kafka';
import { testSeed, waitFor } from '@millrace/platform-testing';

import { checkOrder } from '../invariants/i5-order';
import { checkUnique } from '../invariants/i2-unique';
import { checkReplay } from '../invariants/i6-replay';
import { checkWholeSteps } from '../invariants/i7-whole-steps';
import type { Evidence } from '../invariants/evidence';
import { readChain } from '../invariants/read-chain';
import { settle } from '../world/settle';
import { World } from '../world/world';
import { compareIds, type Comparison } from './compare';
import { killAtRandom } from './kill-at-random';
import { createNumberLedger, streamSignals, type NumberLedger } from './signal-stream';

export interface MillionOptions {
  readonly signals: number;
  readonly killEverySeconds: number;
  readonly rate: number;
  readonly replay: boolean;
  readonly onProgress: (line: string) => void;
}

export interface MillionReport {
  readonly seed: number;
  readonly signals: number;
  readonly records: number;
  readonly copies: number;
  readonly invalid: number;
  readonly aborted: number;
  readonly kills: number;
  readonly stops: number;
  readonly pauses: number;
  readonly steps: number;
  readonly lostAttempts: number;
  readonly landedTwice: number;
  readonly sealed: number;
  readonly duplicates: number;
  readonly late: number;
  readonly quarantined: number;
  readonly skipped: number;
  readonly looks: number;
  readonly sendSeconds: number;
  readonly catchUpSeconds: number;
  readonly comparison: Comparison;
  readonly violations: readonly string[];
}

const SOURCES = { website: 4, product: 2, crm: 1 } as const;
const WINDOW_SECONDS = 10;
const LONGEST_CATCH_UP_MS = 900_000;

const SETTINGS = {
  WINDOW_SIZE_SECONDS: String(WINDOW_SECONDS),
  WINDOW_GRACE_SECONDS: '2',
  SEAL_LATE_INTERVAL_SECONDS: '5',
  SEAL_IMPORT_ROWS: '1000000000',
  LANDING_FLUSH_MS: '500',
  LANDING_INSERT_TIMEOUT_SECONDS: '30',
  KAFKA_REBALANCE_TIMEOUT_SECONDS: '40',
  LOG_LEVEL: 'warn',
};

/** Sends signals to two replicas that are killed all the time, then compares what is sealed with what was sent. */
export async function runMillion(options: MillionOptions): Promise<MillionReport> {
  const { signals, onProgress } = options;
  const seed = testSeed();
  const world = await World.open({ seed, sources: SOURCES, settings: SETTINGS });
  try {
    const schemaIds = await registerSchemas(world);
    const replicas = await Promise.all([world.start(), world.start()]);
    const ledger = createNumberLedger(signals, Object.keys(SOURCES));
    const havoc = killAtRandom(world, replicas, options.killEverySeconds);
    const startedAt = performance.now();
    let told = 0;
    await streamSignals(ledger, {
      kafka: world.corner.kafka,
      topicPrefix: world.corner.topicPrefix,
      schemaIdOf: (source) => schemaIds.get(source) ?? 0,
      sources: SOURCES,
      signals,
      windowMs: WINDOW_SECONDS * 1000,
      random: world.random,
      rate: options.rate,
      onProgress: (sent) => {
        if (sent - told < signals / 10) return;
        told = sent;
        onProgress(`${sent} sent, ${havoc.kills} kills`);
      },
    });
    const sendSeconds = secondsSince(startedAt);
    const sentAt = performance.now();
    // The havoc goes on while they catch up, for as long again as sending took at most.
    await waitFor('half of the backlog', () => isCaughtUp(world), {
      deadlineMs: Math.max(20_000, sendSeconds * 1000),
      everyMs: 500,
    }).catch(() => undefined);
    await havoc.end();
    onProgress(`all sent, ${havoc.kills} kills; waiting until everything is sealed`);
    await settle(world, { deadlineMs: LONGEST_CATCH_UP_MS, closedThrough: ledger.newestOccurredAt });
    const catchUpSeconds = secondsSince(sentAt);
    onProgress('comparing');
    const comparison = await compareIds(world, ledger);
    const { violations, facts } = await judge(world, ledger, options.replay);
    const { kills, stops, pauses } = havoc;
    return {
      seed,
      signals,
      ...countSent(ledger),
      kills,
      stops,
      pauses,
      ...facts,
      sendSeconds,
      catchUpSeconds,
      comparison,
      violations,
    };
  } finally {
    await world.close();
  }
}

async function isCaughtUp(world: World): Promise<boolean> {
  await settle(world, { deadlineMs: 400, closedThrough: 0 });
  return true;
}

async function registerSchemas(world: World): Promise<ReadonlyMap<string, number>> {
  const registry = new SchemaRegistryCodec({ url: world.environment['SCHEMA_REGISTRY_URL'] ?? '' });
  const ids = new Map<string, number>();
  for (const source of Object.keys(SOURCES)) {
    const subject = valueSubject(world.topic(source));
    ids.set(source, await registry.registerSchema(subject, SIGNAL_SCHEMA, { compatibility: 'NONE' }));
  }
  return ids;
}

function countSent(ledger: NumberLedger) {
  const sent = ledger.copies.reduce((sum, copies) => sum + copies, 0);
  const { invalid, aborted } = ledger;
  return { records: sent + invalid, copies: sent - ledger.signals, invalid, aborted };
}

/** The invariants that can be looked at without every row in memory, and the chain's own totals against the ledger's. */
async function judge(world: World, ledger: NumberLedger, withReplay: boolean) {
  const { clickhouse } = world.corner;
  const chain = await readChain(world.corner.kafka, world.corner.topicPrefix);
  // Only what these checkers look at.
  const step = chain.winners.at(-1)?.step.step ?? 0;
  const evidence = { step, chain, clickhouse, sealed: [], environment: world.environment } as unknown as Evidence;
  const violations = [
    ...(await checkUnique(evidence)).map((what) => `I2: ${what}`),
    ...(await checkOrder(evidence)).map((what) => `I5: ${what}`),
    ...(withReplay ? await checkReplay(evidence, 'kafka') : []).map((what) => `I6: ${what}`),
    ...checkWholeSteps(evidence, world.reader).map((what) => `I7: ${what}`),
  ];
  const sum = (pick: (totals: (typeof chain.winners)[number]['step']['totals']) => number): number =>
    chain.winners.reduce((total, { step }) => total + pick(step.totals), 0);
  const sent = countSent(ledger);
  const facts = {
    steps: chain.winners.length,
    lostAttempts: chain.losers.length,
    landedTwice: await countLandedTwice(world),
    sealed: sum(({ sealed }) => sealed),
    duplicates: sum(({ duplicates }) => duplicates),
    late: sum(({ late }) => late),
    quarantined: sum(({ quarantined }) => quarantined),
    skipped: sum(({ skipped }) => skipped),
    looks: world.reader.count,
  };
  const equal = (name: string, found: number, wanted: number): void => {
    if (found !== wanted) violations.push(`I4: ${found} ${name} in the chain, ${wanted} in the ledger`);
  };
  equal('sealed', facts.sealed, ledger.signals);
  equal('duplicates', facts.duplicates, sent.copies);
  equal('quarantined', facts.quarantined, ledger.invalid);
  if (facts.skipped < ledger.aborted) violations.push(`I4: ${facts.skipped} skipped, ${ledger.aborted} were aborted`);
  const unbalanced = await clickhouse.query('select * from conservation where not is_balanced or waiting > 0');
  for (const row of unbalanced) violations.push(`I9: ${JSON.stringify(row)}`);
  return { violations, facts };
}

async function countLandedTwice(world: World): Promise<number> {
  const row = await world.corner.clickhouse.queryOne<{ readonly repeated: number }>(
    'select count() - uniqExact(topic, partition, offset) as repeated from signals_raw',
  );
  return row?.repeated ?? 0;
}

const secondsSince = (startedAt: number): number => Number(((performance.now() - startedAt) / 1000).toFixed(1));
