import type { Batch, IHeaders, KafkaMessage } from 'kafkajs';
import { sectionOf } from '../raw/raw-record-batches';
import { readHeaders, walkRecords, type RecordSection } from '../raw/walk-records';

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
  /**
   * With `rawRecords`: the record batches undecoded, for `walkRecords(section, onRecord, Number(fetchedOffset))` (a
   * section may begin below). Undefined without.
   */
  sections(): readonly RecordSection[] | undefined;
  /** The holes between `fetchedOffset` and `nextOffset`. */
  skipped(): OffsetRange[];
}

/** Also of batches whose messages are record batches in disguise (see raw-record-batches.ts). */
export function createRecordBatchView(batch: Batch): RecordBatchView {
  const { messages } = batch;
  const nextOffset = BigInt(batch.lastOffset()) + 1n;
  const fetchedOffset = BigInt(
    (batch as Batch & { fetchedOffset?: string }).fetchedOffset ?? batch.firstOffset() ?? batch.lastOffset(),
  );
  const isRaw = messages.some((message) => sectionOf(message) !== undefined);
  return {
    topic: batch.topic,
    partition: batch.partition,
    fetchedOffset,
    nextOffset,
    highWatermark: BigInt(batch.highWatermark),
    count: isRaw ? countFrom(messages, Number(fetchedOffset)) : messages.length,
    *records() {
      for (const message of messages) {
        const section = sectionOf(message);
        if (section === undefined) yield toKafkaRecord(message);
        else yield* sectionRecords(section, Number(fetchedOffset));
      }
    },
    sections: () => (isRaw ? messages.flatMap((message) => sectionOf(message) ?? []) : undefined),
    skipped: () => holesBetween(fetchedOffset, nextOffset, offsetsOf(messages, Number(fetchedOffset))),
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

function sectionRecords(section: RecordSection, from: number): KafkaRecord[] {
  const found: KafkaRecord[] = [];
  const { records } = section;
  walkRecords(
    section,
    (cursor) => {
      found.push({
        offset: BigInt(cursor.offset),
        key: cursor.keyStart < 0 ? null : records.subarray(cursor.keyStart, cursor.keyEnd),
        value: cursor.valueStart < 0 ? null : records.subarray(cursor.valueStart, cursor.valueEnd),
        timestamp: cursor.timestamp,
        headers: readHeaders(section, cursor),
      });
    },
    from,
  );
  return found;
}

function countFrom(messages: readonly KafkaMessage[], from: number): number {
  let count = 0;
  for (const message of messages) {
    const section = sectionOf(message);
    if (section === undefined) count += 1;
    else if (section.baseOffset >= from) count += section.count;
    else walkRecords(section, () => (count += 1), from);
  }
  return count;
}

function offsetsOf(messages: readonly KafkaMessage[], from: number): bigint[] {
  const offsets: bigint[] = [];
  for (const message of messages) {
    const section = sectionOf(message);
    if (section === undefined) offsets.push(BigInt(message.offset));
    else walkRecords(section, (cursor) => offsets.push(BigInt(cursor.offset)), from);
  }
  return offsets;
}
