import { ContractError } from '@millrace/platform-errors';
import { withAdmin, type AdminSource } from './with-admin';

/** One offset per partition. */
export type PartitionOffsets = ReadonlyMap<number, bigint>;

/** The offset after the last readable record per partition (read committed: an open transaction holds it back). */
export async function logEnds(source: AdminSource, topic: string): Promise<PartitionOffsets> {
  return (await logBounds(source, topic)).ends;
}

/** The first offset retention has left per partition. */
export async function logStarts(source: AdminSource, topic: string): Promise<PartitionOffsets> {
  return (await logBounds(source, topic)).starts;
}

export interface LogBounds {
  readonly starts: PartitionOffsets;
  readonly ends: PartitionOffsets;
}

export async function logBounds(source: AdminSource, topic: string): Promise<LogBounds> {
  const rows = await withAdmin(
    source,
    'Reading the bounds of a log failed',
    (admin) => admin.fetchTopicOffsets(topic),
    { topic },
  );
  return {
    starts: new Map(rows.map((row) => [row.partition, BigInt(row.low)])),
    ends: new Map(rows.map((row) => [row.partition, BigInt(row.high)])),
  };
}

/**
 * The first offset with a timestamp at or after `ms` per partition; the log end where there is none.
 * Only for times already past: the log end is read before the lookup, so for a time to come a record appended in
 * between would be left out. Read committed: an open transaction holds the answer back.
 */
export async function offsetsAtTimestamp(source: AdminSource, topic: string, ms: number): Promise<PartitionOffsets> {
  if (ms > Date.now()) {
    throw new ContractError('Offsets can be asked for times already past only', {
      actor: 'developer',
      details: { topic, ms },
    });
  }
  const rows = await withAdmin(
    source,
    'Looking up offsets by time failed',
    (admin) => admin.fetchTopicOffsetsByTimestamp(topic, ms),
    { topic, ms },
  );
  return new Map(rows.map((row) => [row.partition, BigInt(row.offset)]));
}
