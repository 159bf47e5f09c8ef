import {
  createBatchConsumer,
  logEnds,
  partitionOfKey,
  type BatchConsumer,
  type KafkaClient,
  type KafkaLog,
} from '@millrace/platform-kafka';

import { cursorKey, readCursorRecord, type CursorRecord, type StreamName } from './cursor-record';

export interface LeasesDeps {
  readonly kafka: KafkaClient;
  readonly topic: string;
  readonly partitions: number;
  readonly groupId: string;
  readonly streams: readonly StreamName[];
  readonly replica: string;
  /** Reads a stream until the signal is raised. Never rejects. */
  readonly run: (name: StreamName, from: CursorRecord | undefined, signal: AbortSignal) => Promise<void>;
  readonly sessionTimeoutMs?: number;
  readonly log: KafkaLog;
}

/** A stream that this process has. */
interface Held {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Who reads which stream: whoever is assigned the partition of its cursor. An assigned partition is read to its end first; then its
 * streams run, each from the newest record of its cursor. A record that somebody else writes, such as a command, moves a running stream
 * there. Two owners for a while do no harm: records repeat, and ids and versions tell them apart.
 */
export class Leases {
  readonly #deps: LeasesDeps;
  readonly #consumer: BatchConsumer;
  readonly #cursors = new Map<string, CursorRecord>();
  readonly #held = new Map<string, Held>();
  /** Of the assignment: by partition where its log ended when it was assigned. */
  #ends = new Map<number, bigint>();
  readonly #readTo = new Map<number, bigint>();

  constructor(deps: LeasesDeps) {
    const { kafka, topic, groupId, log, sessionTimeoutMs } = deps;
    this.#deps = deps;
    this.#consumer = createBatchConsumer({
      kafka,
      groupId,
      topics: [topic],
      discoveryIntervalMs: 0,
      ...(sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs }),
      startAt: () => 0n,
      commitAfterBatch: false,
      log,
      onBatch: async (batch) => {
        for (const { key, value } of batch.records()) await this.#apply(batch.partition, String(key), value);
        this.#advance(batch.partition, batch.nextOffset);
      },
      hooks: {
        onAssigned: async (assignment) => {
          await this.#letGo();
          const ends = await logEnds(kafka, topic);
          this.#readTo.clear();
          this.#ends = new Map(assignment.map(({ partition }) => [partition, ends.get(partition) ?? 0n]));
          for (const partition of this.#ends.keys()) this.#advance(partition, 0n);
        },
        onSkipped: ({ partition, to }) => this.#advance(partition, to),
        onRevoking: () => this.#letGo(),
      },
    });
  }

  start(): Promise<void> {
    return this.#consumer.start();
  }

  async stop(): Promise<void> {
    await this.#letGo();
    await this.#consumer.stop();
  }

  /** Keys of the streams that run here. */
  held(): readonly string[] {
    return [...this.#held.keys()];
  }

  async #apply(partition: number, key: string, value: Buffer | null): Promise<void> {
    const record = readCursorRecord(value);
    if (record === undefined) this.#cursors.delete(key);
    else this.#cursors.set(key, record);
    if (!this.#held.has(key) || record?.replica === this.#deps.replica) return;
    await this.#end(key);
    this.#begin(partition);
  }

  #advance(partition: number, position: bigint): void {
    this.#readTo.set(partition, position);
    this.#begin(partition);
  }

  /** Whatever of the partition does not run yet, once it has been read to its end. */
  #begin(partition: number): void {
    const { streams, partitions, run } = this.#deps;
    const end = this.#ends.get(partition);
    if (end === undefined || (this.#readTo.get(partition) ?? 0n) < end) return;
    for (const name of streams) {
      const key = cursorKey(name);
      if (this.#held.has(key) || partitionOfKey(key, partitions) !== partition) continue;
      const stop = new AbortController();
      this.#held.set(key, { stop, ended: run(name, this.#cursors.get(key), stop.signal) });
    }
  }

  async #end(key: string): Promise<void> {
    const held = this.#held.get(key);
    held?.stop.abort();
    await held?.ended;
    this.#held.delete(key);
  }

  async #letGo(): Promise<void> {
    this.#ends = new Map();
    for (const { stop } of this.#held.values()) stop.abort();
    await Promise.all([...this.#held.keys()].map((key) => this.#end(key)));
  }
}
