import { RetryableError } from '@millrace/platform-errors';

import { readQuery } from '../read-query';
import { countCovered, missingRuns, type OffsetRun, type PartitionCount } from './partition-count';
import type { StepContext } from './step-context';
import type { QuarantinedRuns } from '../verdicts/quarantined-runs';
import { inRanges } from './vector-conditions';
import type { OffsetRange } from './vector-ranges';

/** Reads offsets of a topic from Kafka again and lands, quarantines or records as skipped every one of them. */
export type RelandOffsets = (
  topic: string,
  ranges: readonly { readonly partition: number; readonly from: number; readonly to: number }[],
) => Promise<void>;

/** The offsets of a step, each kind counted on its own. */
export interface CountedOffsets {
  readonly counts: readonly PartitionCount[];
  /** Which offsets are quarantined; recorded with the step. */
  readonly quarantined: readonly QuarantinedRuns[];
}

export interface Completeness extends CountedOffsets {
  /** Runs of offsets that had to be read again. */
  readonly repaired: number;
}

interface PlaceRow {
  readonly topic: string;
  readonly topic_epoch: number;
  readonly partition: number;
}

interface CountedRow extends PlaceRow {
  readonly raw: number;
}

interface RunRow extends PlaceRow {
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
    const found = await countPartitions(context, await readQuarantined(context));
    const unequal = found.counts.filter((count) => !isComplete(count));
    if (unequal.length === 0) return { ...found, repaired };
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

export const isComplete = ({ offsets, raw, quarantined, skipped }: PartitionCount): boolean =>
  raw + quarantined + skipped === offsets;

/** Counts the offsets of a step when `quarantined` is known: of a recorded step as it was recorded, else as it is now. */
export async function countPartitions(
  context: StepContext,
  quarantined: readonly QuarantinedRuns[],
): Promise<CountedOffsets> {
  const { clickhouse, params, pieces, ranges } = context;
  if (ranges.length === 0) return { counts: [], quarantined };
  const [rows, skipped] = await Promise.all([
    clickhouse.query<CountedRow>(readQuery('select-partition-counts', pieces), params),
    readSkipped(context, ranges),
  ]);
  const counts = ranges.map((range) => {
    const runs = skipped.filter((candidate) => isAt(range, candidate)).map(asRun);
    return {
      ...range,
      offsets: range.to - range.from,
      raw: rows.find((candidate) => isAt(range, candidate))?.raw ?? 0,
      quarantined: countCovered(range.from, range.to, quarantined.find((at) => isSame(range, at))?.runs ?? []),
      skipped: countCovered(range.from, range.to, runs),
    };
  });
  return { counts, quarantined };
}

/** Offsets of the step that are quarantined and not landed as well, as it is now. */
export async function readQuarantined({ clickhouse, params, pieces, ranges }: StepContext): Promise<QuarantinedRuns[]> {
  if (ranges.length === 0) return [];
  const rows = await clickhouse.query<RunRow>(readQuery('select-quarantined-runs', pieces), params);
  return ranges.flatMap(({ topic, topicEpoch, partition }) => {
    const runs = rows.filter((row) => isAt({ topic, topicEpoch, partition }, row)).map(asRun);
    return runs.length === 0 ? [] : [{ topic, topicEpoch, partition, runs }];
  });
}

type Place = Pick<OffsetRange, 'topic' | 'topicEpoch' | 'partition'>;

const isSame = (left: Place, right: Place): boolean =>
  left.topic === right.topic && left.topicEpoch === right.topicEpoch && left.partition === right.partition;

const isAt = (place: Place, row: PlaceRow): boolean =>
  isSame(place, { topic: row.topic, topicEpoch: row.topic_epoch, partition: row.partition });

async function findMissing(context: StepContext, range: OffsetRange): Promise<OffsetRun[]> {
  const { clickhouse, databases } = context;
  const condition = inRanges([range]);
  const [present, skipped] = await Promise.all([
    clickhouse.query<Pick<RunRow, 'first_offset' | 'last_offset'>>(
      readQuery('select-present-offsets', { between_vectors: condition.sql }),
      { ...databases, ...condition.params },
    ),
    readSkipped(context, [range]),
  ]);
  return missingRuns(range.from, range.to, [...present, ...skipped].map(asRun));
}

function readSkipped(context: StepContext, ranges: readonly OffsetRange[]): Promise<RunRow[]> {
  const condition = inRanges(ranges);
  // A recorded range [first, last] reaches into [from, to) when last >= from and first < to.
  const sql = condition.sql.replaceAll('offset >=', 'last_offset >=').replaceAll('offset <', 'first_offset <');
  return context.clickhouse.query<RunRow>(readQuery('select-skipped-ranges', { skipped_between_vectors: sql }), {
    ...context.databases,
    ...condition.params,
  });
}

const asRun = (row: Pick<RunRow, 'first_offset' | 'last_offset'>): OffsetRun => ({
  first: row.first_offset,
  last: row.last_offset,
});

function notComplete(counts: readonly PartitionCount[]): RetryableError {
  const [first] = counts;
  return new RetryableError('Offsets below the proposed vector are neither landed nor quarantined nor skipped', {
    code: 'CONSERVATION_BROKEN',
    advice: 'Look at npx millrace conservation; the step is tried again',
    details: { partitions: counts.length, ...first },
  });
}
