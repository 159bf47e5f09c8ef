/** A record to append. `headers` values are UTF-8 strings or bytes. Without `partition` the key chooses it (murmur2). */
export interface ProducerRecord {
  readonly topic: string;
  readonly key: string | Buffer | null;
  /** Null is a tombstone on a compacted topic. */
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string | Buffer>>;
  readonly partition?: number;
  /** Milliseconds; the broker overrides it on topics with LogAppendTime. */
  readonly timestamp?: number;
}

/** Where an acknowledged record is. */
export interface RecordAck {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

const RECORD_OVERHEAD_BYTES = 24;

/** About what a record takes in memory and in a batch. */
export function recordBytes(record: ProducerRecord): number {
  let bytes = RECORD_OVERHEAD_BYTES + (record.value?.length ?? 0) + (record.key?.length ?? 0);
  if (record.headers !== undefined) {
    for (const [name, value] of Object.entries(record.headers)) bytes += name.length + value.length + 4;
  }
  return bytes;
}
