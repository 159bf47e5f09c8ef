import { RetryableError } from '@millrace/platform-errors';
import { toKafkaError } from '../client/kafka-error';
import type { KafkaLog } from '../client/kafka-log';
import { Lane, queuedRecord, type LaneLimits, type QueuedRecord } from './lane';
import type { ChoosePartition } from './partition-of';
import type { ProducerRecord, RecordAck } from './record';
import type { ProducerTransport } from './transport';

const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 2_000;
const EXPIRY_INTERVAL_MS = 50;
/** Lanes of one request; the broker's socket.request.max.bytes (100 MB) is far away. */
const MAX_LANES_PER_REQUEST = 64;
const PARTITIONS_MAX_AGE_MS = 60_000;

export interface ProducerQueueDeps extends LaneLimits {
  readonly transport: ProducerTransport;
  readonly choosePartition: ChoosePartition;
  readonly lingerMs: number;
  readonly deliveryTimeoutMs: number;
  readonly log: KafkaLog;
}

/** Lanes per partition, what is due, what is under way, what has waited too long. Knows no kafkajs. */
export class ProducerQueue {
  readonly #deps: ProducerQueueDeps;
  readonly #lanes = new Map<string, Lane>();
  readonly #partitions = new Map<string, { count: number; readAt: number }>();
  /** Records of topics whose number of partitions is being asked for. */
  readonly #unplaced = new Map<string, QueuedRecord[]>();
  readonly #idleWaiters: (() => void)[] = [];
  #lingerTimer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #expiryTimer: NodeJS.Timeout | undefined;
  #records = 0;
  #bytes = 0;

  constructor(deps: ProducerQueueDeps) {
    this.#deps = deps;
  }

  /** Bytes of records accepted and not yet settled. */
  get queuedBytes(): number {
    return this.#bytes;
  }

  add(record: ProducerRecord, acknowledge: (ack: RecordAck) => void, fail: (error: Error) => void): void {
    const item = queuedRecord(record, Date.now(), this.#deps.deliveryTimeoutMs, acknowledge, fail);
    this.#records += 1;
    this.#bytes += item.bytes;
    this.#expiryTimer ??= setInterval(() => this.#expire(), EXPIRY_INTERVAL_MS);
    const known = this.#partitions.get(record.topic);
    if (known !== undefined) {
      this.#enqueue(item, known.count);
      if (item.queuedAt - known.readAt > PARTITIONS_MAX_AGE_MS) this.#refreshPartitions(record.topic);
      return;
    }
    const pending = this.#unplaced.get(record.topic);
    if (pending !== undefined) pending.push(item);
    else this.#askForPartitions(record.topic, item);
  }

  flush(): Promise<void> {
    if (this.#records === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
      this.#dispatch();
    });
  }

  stop(): void {
    clearTimeout(this.#lingerTimer);
    clearImmediate(this.#immediate);
    clearInterval(this.#expiryTimer);
    this.#lingerTimer = this.#immediate = this.#expiryTimer = undefined;
  }

  #askForPartitions(topic: string, first: QueuedRecord): void {
    this.#unplaced.set(topic, [first]);
    const ask = (attempt: number): void => {
      this.#deps.transport.partitionsOf(topic).then(
        (count) => {
          this.#partitions.set(topic, { count, readAt: Date.now() });
          const waiting = this.#unplaced.get(topic) ?? [];
          this.#unplaced.delete(topic);
          for (const item of waiting) if (!item.isSettled) this.#enqueue(item, count);
        },
        (error: unknown) => {
          const problem = toKafkaError(error, `Asking for the partitions of ${topic} failed`, { topic });
          const waiting = (this.#unplaced.get(topic) ?? []).filter((item) => !item.isSettled);
          if (!problem.isRetryable) for (const item of waiting) this.#fail(item, problem);
          if (!problem.isRetryable || waiting.length === 0) {
            this.#unplaced.delete(topic);
            return;
          }
          this.#unplaced.set(topic, waiting);
          setTimeout(() => ask(attempt + 1), backoff(attempt));
        },
      );
    };
    ask(1);
  }

  /** Partitions only ever grow; new records use the added ones from the answer on. */
  #refreshPartitions(topic: string): void {
    const known = this.#partitions.get(topic);
    if (known !== undefined) known.readAt = Date.now();
    this.#deps.transport.partitionsOf(topic).then(
      (count) => this.#partitions.set(topic, { count, readAt: Date.now() }),
      () => undefined,
    );
  }

  #enqueue(item: QueuedRecord, partitions: number): void {
    const partition = this.#deps.choosePartition(item.record, partitions);
    const id = `${item.record.topic}/${partition}`;
    let lane = this.#lanes.get(id);
    if (lane === undefined) this.#lanes.set(id, (lane = new Lane(item.record.topic, partition)));
    lane.push(item);
    if (lane.underway !== undefined) return;
    const isFull = lane.waitingBytes >= this.#deps.maxBatchBytes || lane.waitingRecords >= this.#deps.maxBatchRecords;
    if (isFull || this.#deps.lingerMs === 0 || this.#idleWaiters.length > 0)
      this.#immediate ??= setImmediate(() => this.#dispatch());
    else this.#lingerTimer ??= setTimeout(() => this.#dispatch(), this.#deps.lingerMs);
  }

  /** Sends what is due. Lanes in trouble travel alone, so that a partition without a leader delays no other. */
  #dispatch(): void {
    clearTimeout(this.#lingerTimer);
    clearImmediate(this.#immediate);
    this.#lingerTimer = this.#immediate = undefined;
    const now = Date.now();
    let together: Lane[] = [];
    for (const lane of this.#lanes.values()) {
      if (lane.isRequested || lane.isEmpty || lane.notBefore > now) continue;
      if (lane.failures > 0) this.#request([lane]);
      else together.push(lane);
      if (together.length === MAX_LANES_PER_REQUEST) {
        this.#request(together);
        together = [];
      }
    }
    if (together.length > 0) this.#request(together);
  }

  #request(lanes: readonly Lane[]): void {
    const batches = lanes.map((lane) => {
      lane.isRequested = true;
      const records = lane.takeBatch(this.#deps).map((item) => item.record);
      return { topic: lane.topic, partition: lane.partition, records };
    });
    this.#deps.transport.send(batches).then(
      (offsets) => {
        lanes.forEach((lane, index) => {
          lane.isRequested = false;
          this.#acknowledge(lane, offsets[index] ?? -1n);
        });
        this.#dispatch();
      },
      (error: unknown) => {
        for (const lane of lanes) {
          lane.isRequested = false;
          this.#afterFailure(lane, error, lanes.length > 1);
        }
        this.#dispatch();
      },
    );
  }

  #acknowledge(lane: Lane, baseOffset: bigint): void {
    let offset = baseOffset;
    for (const item of lane.finish()) {
      this.#settle(item, () => item.acknowledge({ topic: lane.topic, partition: lane.partition, offset }));
      offset += 1n;
    }
  }

  #afterFailure(lane: Lane, error: unknown, hadCompany: boolean): void {
    const problem = toKafkaError(error, `Appending to ${lane.topic}/${lane.partition} failed`, {
      topic: lane.topic,
      partition: lane.partition,
    });
    lane.failures += 1;
    // A request fails as a whole: whose fault it was shows when each lane is sent alone.
    if (hadCompany && !problem.isRetryable) return;
    if (problem.code === 'KAFKA_RECORD_TOO_LARGE' && (lane.underway?.length ?? 0) > 1) {
      lane.cutInHalf();
      this.#deps.transport.forgetFailed();
      return;
    }
    if (!problem.isRetryable) {
      for (const item of lane.finish()) this.#fail(item, problem);
      this.#deps.transport.forgetFailed();
      return;
    }
    // Everybody who waited was told by their deadline: nothing would end the attempts, not even a stop.
    if (lane.underway?.every(({ isSettled }) => isSettled) === true) {
      lane.finish();
      return;
    }
    const wait = backoff(lane.failures);
    lane.notBefore = Date.now() + wait;
    setTimeout(() => this.#dispatch(), wait + 1);
    this.#deps.log.debug({ topic: lane.topic, partition: lane.partition, err: problem }, 'append failed, will retry');
  }

  #expire(): void {
    const now = Date.now();
    let isAnyUnderway = false;
    const expired: QueuedRecord[] = [];
    for (const lane of this.#lanes.values()) {
      isAnyUnderway ||= lane.underway !== undefined;
      expired.push(...lane.takeExpired(now));
    }
    for (const waiting of this.#unplaced.values()) {
      expired.push(...waiting.filter((item) => !item.isSettled && item.deadline <= now));
    }
    if (expired.length === 0) return;
    if (isAnyUnderway) this.#deps.transport.forgetFailed();
    for (const item of expired) {
      this.#fail(
        item,
        new RetryableError('Kafka did not acknowledge the record in time', {
          code: 'KAFKA_UNAVAILABLE',
          details: { topic: item.record.topic, waitedMs: now - item.queuedAt },
          advice: 'Send it again; consumers collapse duplicates by id',
        }),
      );
    }
  }

  #fail(item: QueuedRecord, error: Error): void {
    this.#settle(item, () => item.fail(error));
  }

  #settle(item: QueuedRecord, tell: () => void): void {
    if (item.isSettled) return;
    item.isSettled = true;
    this.#records -= 1;
    this.#bytes -= item.bytes;
    tell();
    if (this.#records > 0) return;
    clearInterval(this.#expiryTimer);
    this.#expiryTimer = undefined;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }
}

function backoff(failures: number): number {
  return Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - 1));
}
