import type { Batch, IHeaders, KafkaMessage } from 'kafkajs';

export interface KafkaRecord {
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Milliseconds: append time on topics with LogAppendTime, else what the producer said. */
  readonly timestamp: number;
  readonly headers: IHeaders;
}

/** Offsets from (inclusive) to (exclusive) that hold no readable record: markers, aborted, compacted away. */
export interface OffsetRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** What one fetch brought for one partition. Batch boundaries mean nothing and are not reproducible. */
export interface RecordBatchView {
  readonly topic: string;
  readonly partition: number;
  /** Where the fetch began. */
  readonly fetchedOffset: bigint;
  /** Where the next one begins: after the last record, markers and aborted records behind it included. */
  readonly nextOffset: bigint;
  readonly highWatermark: bigint;
  readonly count: number;
  records(): Iterable<KafkaRecord>;
  /** The holes between `fetchedOffset` and `nextOffset`. */
  skipped(): OffsetRange[];
}

export function createRecordBatchView(batch: Batch): RecordBatchView {
  const { messages } = batch;
  const nextOffset = BigInt(batch.lastOffset()) + 1n;
  const fetchedOffset = BigInt(
    (batch as Batch & { fetchedOffset?: string }).fetchedOffset ?? batch.firstOffset() ?? batch.lastOffset(),
  );
  return {
    topic: batch.topic,
    partition: batch.partition,
    fetchedOffset,
    nextOffset,
    highWatermark: BigInt(batch.highWatermark),
    count: messages.length,
    *records() {
      for (const message of messages) yield toKafkaRecord(message);
    },
    skipped: () =>
      holesBetween(
        fetchedOffset,
        nextOffset,
        messages.map((message) => BigInt(message.offset)),
      ),
  };
}

/** The ranges of [from, to) that none of `offsets` (ascending) covers. */
export function holesBetween(from: bigint, to: bigint, offsets: readonly bigint[]): OffsetRange[] {
  const holes: OffsetRange[] = [];
  let expected = from;
  for (const offset of offsets) {
    if (offset > expected) holes.push({ from: expected, to: offset });
    expected = offset + 1n;
  }
  if (to > expected) holes.push({ from: expected, to });
  return holes;
}

function toKafkaRecord(message: KafkaMessage): KafkaRecord {
  return {
    offset: BigInt(message.offset),
    key: message.key,
    value: message.value,
    timestamp: Number(message.timestamp),
    headers: message.headers ?? {},
  };
}
