import type { ClickHouse } from '@millrace/platform-clickhouse';
import { loadSql } from '@millrace/platform-clickhouse';
import { waitFor } from '@millrace/platform-testing';

import type { LedgerEntry } from '../world/ledger';
import type { Loss, World } from '../world/world';
import { expectContent, type Expected, type VisibleRecord } from './expect-content';
import { readChain, type ChainLog } from './read-chain';
import { readLog, type LogPartition, type TopicLog } from './read-log';

/** A row of an attempt that won its step in the log. */
export interface SealedRow {
  readonly step: number;
  readonly attempt_id: string;
  readonly window_ms: number;
  readonly topic: string;
  readonly topic_epoch: number;
  readonly partition: number;
  readonly offset: number;
  readonly is_late: boolean;
  readonly signal_id: string;
  readonly content: string;
}

/**
 * What a checker judges by: the topics, the producers' ledger, and the tables. Replicas may go on meanwhile, so everything is judged
 * as of `step`, the newest in the chain when it was read.
 */
export interface Evidence {
  readonly step: number;
  readonly clickhouse: ClickHouse;
  readonly environment: Readonly<Record<string, string>>;
  readonly chain: ChainLog;
  readonly partitions: readonly LogPartition[];
  readonly epochOf: (topic: string) => number;
  readonly acknowledged: readonly LedgerEntry[];
  readonly losses: readonly Loss[];
  /** Keys in the log that no producer of the test knows, and acknowledged records that are not there. */
  readonly broken: readonly string[];
  readonly expected: Expected;
  readonly sealed: readonly SealedRow[];
}

/** What the broker holds: the signal topics and the chain. */
export interface Logs {
  readonly signals: TopicLog;
  readonly chain: ChainLog;
}

export async function readLogs({ corner, topics }: World): Promise<Logs> {
  const [signals, chain] = await Promise.all([
    readLog(corner.kafka, topics),
    readChain(corner.kafka, corner.topicPrefix),
  ]);
  return { signals, chain };
}

export async function gatherEvidence(world: World, logs?: Logs): Promise<Evidence> {
  const { corner, ledger } = world;
  const { signals: log, chain } = logs ?? (await readLogs(world));
  const visible: VisibleRecord[] = [];
  const broken: string[] = [];
  const seen = new Set<string>();
  for (const { topic, partition, offset, key } of log.records) {
    const entry = ledger.get(key);
    if (entry === undefined) {
      broken.push(`${topic}/${partition} offset ${offset} holds a record that nobody sent`);
      continue;
    }
    seen.add(key);
    visible.push({ topic, epoch: ledger.epochOf(topic), partition, offset, entry });
  }
  const starts = new Map(log.partitions.map((at) => [`${at.topic}/${at.partition}`, at.start]));
  for (const entry of ledger.entries()) {
    const { place, epoch, topic } = entry;
    if (place === undefined) continue;
    const isOver = epoch < ledger.epochOf(topic) || place.offset < (starts.get(`${topic}/${place.partition}`) ?? 0);
    // Expired, or of a topic that is gone: only the acknowledgement tells where it was.
    if (isOver) {
      if (!isLost(world.losses, place)) visible.push({ ...place, entry });
    } else if (!seen.has(entry.id))
      broken.push(`${topic}/${place.partition} lost ${entry.id}, which it had acknowledged`);
  }
  await waitUntilMirrored(world, chain);
  const rows = await corner.clickhouse.query<SealedRow>(loadSql(__dirname, 'sql/attempt-rows.sql'));
  const winners = new Set(chain.winners.map(({ step }) => `${step.step} ${step.attempt_id}`));
  return {
    step: chain.winners.at(-1)?.step.step ?? 0,
    clickhouse: corner.clickhouse,
    environment: world.environment,
    chain,
    partitions: log.partitions,
    epochOf: (topic) => ledger.epochOf(topic),
    acknowledged: ledger.acknowledged(),
    losses: world.losses,
    broken,
    expected: expectContent(visible, chain.winners),
    sealed: rows.filter((row) => winners.has(`${row.step} ${row.attempt_id}`)),
  };
}

/** Replicas go on while this looks: the newest step in the log may not be mirrored yet. What never is, I5 reports. */
async function waitUntilMirrored({ corner }: World, { winners }: ChainLog): Promise<void> {
  const newest = winners.at(-1)?.step.step ?? 0;
  await waitFor(
    'the newest step to be mirrored',
    () => corner.clickhouse.queryOne<{ readonly step: number }>('select max(step) as step from seal_steps'),
    { deadlineMs: 5_000, until: (row) => (row?.step ?? 0) >= newest },
  ).catch(() => undefined);
}

export const isLost = (losses: readonly Loss[], at: { topic: string; partition: number; offset: number }): boolean =>
  losses.some(
    ({ topic, partition, from, to }) =>
      topic === at.topic && partition === at.partition && at.offset >= from && at.offset < to,
  );
