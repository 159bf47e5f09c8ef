import { RetryableError } from '@millrace/platform-errors';

import { readQuery } from '../read-query';
import { countCovered, missingRuns, type OffsetRun, type PartitionCount } from './partition-count';
import type { StepContext } from './step-context';
import { inRanges } from './vector-conditions';
import type { OffsetRange } from './vector-ranges';

/** Reads offsets of a topic from Kafka again and lands, quarantines or records as skipped every one of them. */
export type RelandOffsets = (
  topic: string,
  ranges: readonly { readonly partition: number; readonly from: number; readonly to: number }[],
) => Promise<void>;

export interface Completeness {
  readonly counts: readonly PartitionCount[];
  /** Runs of offsets that had to be read again. */
  readonly repaired: number;
}

interface CountedRow {
  readonly topic: string;
  readonly topic_epoch: number;
  readonly partition: number;
  readonly raw: number;
  readonly quarantined: number;
}

interface SkippedRow {
  readonly topic: string;
  readonly topic_epoch: number;
  readonly partition: number;
  readonly first_offset: number;
  readonly last_offset: number;
}

const LARGEST_REREAD = 3;

/**
 * Proves against the log, per partition: distinct landed offsets + quarantined + skipped = V_n - V_{n-1}. Offsets that are
 * nowhere are read from Kafka again, from the first of a partition to its last. Throws a RetryableError when some stay missing: then nothing is sealed.
 */
export async function proveCompleteness(context: StepContext, reland: RelandOffsets): Promise<Completeness> {
  let repaired = 0;
  for (let reads = 0; ; reads++) {
    const counts = await countPartitions(context);
    const unequal = counts.filter(({ offsets, raw, quarantined, skipped }) => raw + quarantined + skipped !== offsets);
    if (unequal.length === 0) return { counts, repaired };
    if (reads === LARGEST_REREAD) throw notComplete(unequal);
    const missing = await relandMissing(context, unequal, reland);
    repaired += missing;
    if (missing === 0) throw notComplete(unequal);
  }
}

/** Returns how many runs of offsets were nowhere. */
async function relandMissing(
  context: StepContext,
  counts: readonly PartitionCount[],
  reland: RelandOffsets,
): Promise<number> {
  const missing = new Map<string, { partition: number; from: number; to: number }[]>();
  for (const count of counts) {
    const runs = await findMissing(context, count);
    if (runs.length === 0) continue;
    const ofTopic = missing.get(count.topic) ?? [];
    ofTopic.push(...runs.map(({ first, last }) => ({ partition: count.partition, from: first, to: last + 1 })));
    missing.set(count.topic, ofTopic);
  }
  for (const [topic, ranges] of missing) {
    // One range a partition and call: from the first missing offset to the last.
    const wide = new Map<number, { partition: number; from: number; to: number }>();
    for (const range of ranges) {
      const known = wide.get(range.partition) ?? range;
      const { partition } = range;
      wide.set(partition, { partition, from: Math.min(known.from, range.from), to: Math.max(known.to, range.to) });
    }
    await reland(topic, [...wide.values()]);
  }
  return [...missing.values()].reduce((total, ranges) => total + ranges.length, 0);
}

/** The offsets of a step, each kind counted on its own. */
export async function countPartitions(context: StepContext): Promise<PartitionCount[]> {
  const { clickhouse, params, pieces, ranges } = context;
  if (ranges.length === 0) return [];
  const [rows, skipped] = await Promise.all([
    clickhouse.query<CountedRow>(readQuery('select-partition-counts', pieces), params),
    readSkipped(context, ranges),
  ]);
  const isAt = (range: OffsetRange, row: Omit<CountedRow, 'raw' | 'quarantined'>): boolean =>
    row.topic === range.topic && row.topic_epoch === range.topicEpoch && row.partition === range.partition;
  return ranges.map((range) => {
    const row = rows.find((candidate) => isAt(range, candidate));
    const runs = skipped.filter((candidate) => isAt(range, candidate)).map(asRun);
    return {
      ...range,
      offsets: range.to - range.from,
      raw: row?.raw ?? 0,
      quarantined: row?.quarantined ?? 0,
      skipped: countCovered(range.from, range.to, runs),
    };
  });
}

async function findMissing(context: StepContext, range: OffsetRange): Promise<OffsetRun[]> {
  const { clickhouse, databases } = context;
  const condition = inRanges([range]);
  const [present, skipped] = await Promise.all([
    clickhouse.query<Pick<SkippedRow, 'first_offset' | 'last_offset'>>(
      readQuery('select-present-offsets', { between_vectors: condition.sql }),
      { ...databases, ...condition.params },
    ),
    readSkipped(context, [range]),
  ]);
  return missingRuns(range.from, range.to, [...present, ...skipped].map(asRun));
}

function readSkipped(context: StepContext, ranges: readonly OffsetRange[]): Promise<SkippedRow[]> {
  const condition = inRanges(ranges);
  // A recorded range [first, last] reaches into [from, to) when last >= from and first < to.
  const sql = condition.sql.replaceAll('offset >=', 'last_offset >=').replaceAll('offset <', 'first_offset <');
  return context.clickhouse.query<SkippedRow>(readQuery('select-skipped-ranges', { skipped_between_vectors: sql }), {
    ...context.databases,
    ...condition.params,
  });
}

const asRun = (row: Pick<SkippedRow, 'first_offset' | 'last_offset'>): OffsetRun => ({
  first: row.first_offset,
  last: row.last_offset,
});

function notComplete(counts: readonly PartitionCount[]): RetryableError {
  const [first] = counts;
  return new RetryableError('Offsets below the proposed vector are neither landed nor quarantined nor skipped', {
    code: 'CONSERVATION_BROKEN',
    advice: 'Look at millrace conservation; the step is tried again',
    details: { partitions: counts.length, ...first },
  });
}
