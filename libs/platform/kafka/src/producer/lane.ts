import { recordBytes, type ProducerRecord, type RecordAck } from './record';

/** A record waiting in a lane, and whom to tell. */
export interface QueuedRecord {
  readonly record: ProducerRecord;
  readonly bytes: number;
  readonly queuedAt: number;
  readonly deadline: number;
  isSettled: boolean;
  acknowledge(ack: RecordAck): void;
  fail(error: Error): void;
}

export interface LaneLimits {
  readonly maxBatchBytes: number;
  readonly maxBatchRecords: number;
}

/**
 * The queue of one partition. At most one batch is under way, which keeps the order of a partition and so of a key.
 * A batch that failed is kept and sent again before anything behind it.
 */
export class Lane {
  readonly topic: string;
  readonly partition: number;
  readonly #waiting: QueuedRecord[] = [];
  #head = 0;
  #waitingBytes = 0;
  underway: QueuedRecord[] | undefined;
  isRequested = false;
  /** Failed requests of the batch under way. From the first on, the lane travels alone. */
  failures = 0;
  notBefore = 0;
  /** After MESSAGE_TOO_LARGE the batch is cut to this many records. */
  #cutTo: number | undefined;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  get isEmpty(): boolean {
    return this.underway === undefined && this.#head === this.#waiting.length;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get waitingRecords(): number {
    return this.#waiting.length - this.#head;
  }

  get oldest(): QueuedRecord | undefined {
    return this.underway?.[0] ?? this.#waiting[this.#head];
  }

  push(item: QueuedRecord): void {
    this.#waiting.push(item);
    this.#waitingBytes += item.bytes;
  }

  /** The batch to send next: the failed one again, else a new one within the limits. */
  takeBatch({ maxBatchBytes, maxBatchRecords }: LaneLimits): QueuedRecord[] {
    if (this.underway !== undefined) return this.underway;
    const limit = this.#cutTo ?? maxBatchRecords;
    const batch: QueuedRecord[] = [];
    let bytes = 0;
    for (let i = this.#head; i < this.#waiting.length && batch.length < limit; i++) {
      const item = this.#waiting[i] as QueuedRecord;
      if (batch.length > 0 && bytes + item.bytes > maxBatchBytes) break;
      bytes += item.bytes;
      batch.push(item);
    }
    this.#head += batch.length;
    this.#waitingBytes -= bytes;
    this.#compact();
    this.underway = batch;
    return batch;
  }

  /** Puts the batch under way back at the front, to be sent in pieces of at most half its size. */
  cutInHalf(): void {
    const batch = this.underway ?? [];
    this.#cutTo = Math.max(1, Math.ceil(batch.length / 2));
    this.#waiting.splice(0, this.#head, ...batch);
    this.#head = 0;
    this.#waitingBytes += batch.reduce((sum, item) => sum + item.bytes, 0);
    this.underway = undefined;
  }

  finish(): QueuedRecord[] {
    const batch = this.underway ?? [];
    this.underway = undefined;
    this.failures = 0;
    this.notBefore = 0;
    this.#cutTo = undefined;
    return batch;
  }

  /** Records whose deadline has passed. Those under way stay in the batch until its request settles. */
  takeExpired(now: number): QueuedRecord[] {
    const expired: QueuedRecord[] = [];
    if (this.underway !== undefined) {
      expired.push(...this.underway.filter((item) => !item.isSettled && item.deadline <= now));
      if (!this.isRequested) {
        const rest = this.underway.filter((item) => item.deadline > now);
        if (rest.length === 0) this.finish();
        else this.underway = rest;
      }
    }
    while (this.#head < this.#waiting.length) {
      const item = this.#waiting[this.#head] as QueuedRecord;
      if (item.deadline > now) break;
      this.#head += 1;
      this.#waitingBytes -= item.bytes;
      expired.push(item);
    }
    this.#compact();
    return expired;
  }

  #compact(): void {
    if (this.#head < 1_024 || this.#head * 2 < this.#waiting.length) return;
    this.#waiting.splice(0, this.#head);
    this.#head = 0;
  }
}

export function queuedRecord(
  record: ProducerRecord,
  now: number,
  timeoutMs: number,
  acknowledge: (ack: RecordAck) => void,
  fail: (error: Error) => void,
): QueuedRecord {
  return {
    record,
    bytes: recordBytes(record),
    queuedAt: now,
    deadline: now + timeoutMs,
    isSettled: false,
    acknowledge,
    fail,
  };
}
