import { REJECTED_HEADERS, sourceOfTopic, type Signal } from '@millrace/contract-signal';
import type { SeededRandom } from '@millrace/platform-testing';
import type { KafkaClient } from '@millrace/platform-kafka';
// eslint-disable-next-line no-restricted-imports -- a second client writes
import { CompressionTypes, type Message, type Producer, type RecordMetadata } from 'kafkajs';

import { badRecords, randomAge, randomSignal, type Writer } from './bodies';
import type { Fate, Ledger, LedgerEntry } from './ledger';

type ProducerBatch = Parameters<Producer['send']>[0];

interface Prepared {
  readonly entry: LedgerEntry;
  readonly partition: number;
  readonly message: Message;
}

export interface MixOptions {
  /** Of new signals, how many are followed by a copy somewhere in the same topic. Default 0.15. */
  readonly duplicates?: number;
  /** Whether records that are no signals are among them. Default true. */
  readonly withBadRecords?: boolean;
  readonly ageMs?: () => number;
}

const CODECS = [
  CompressionTypes.None,
  CompressionTypes.GZIP,
  CompressionTypes.Snappy,
  CompressionTypes.LZ4,
  CompressionTypes.ZSTD,
];
const LONGEST_OUTAGE_MS = 90_000;
/** Far above every id that the registry has given out. */
const UNKNOWN_SCHEMA_ID = 2_000_000_000;

/** Producers of the world's topics. Each record goes into the ledger before it goes to the broker. */
export class Producers {
  #plain: Producer | undefined;
  #transactional: Producer | undefined;
  #sent = 0;
  readonly #recent = new Map<string, { signal: Signal; writer: Writer }[]>();

  constructor(
    private readonly kafka: KafkaClient,
    readonly ledger: Ledger,
    private readonly random: SeededRandom,
    private readonly topicPrefix: string,
    /** Writers and partitions of a topic, as they are now. */
    private readonly topicOf: (topic: string) => { readonly writers: readonly Writer[]; readonly partitions: number },
    private readonly name: string,
  ) {}

  /** `count` new signals with copies of recent ones and records that are no signals among them, in random order. */
  async sendMix(topic: string, count: number, options: MixOptions = {}): Promise<void> {
    const prepared = this.#prepareMix(topic, count, options);
    await this.#send(topic, this.random.shuffle(prepared));
  }

  /** Signals of exactly these times and ids, in this order, all to one partition. */
  async sendSignals(topic: string, signals: readonly Signal[], partition?: number, writer?: Writer): Promise<void> {
    const chosen = writer ?? this.#writer(topic);
    await this.#send(
      topic,
      signals.map((signal) => this.#prepareSignal(topic, signal, chosen, partition)),
    );
  }

  /** New signals, not sent yet. */
  newSignals(topic: string, count: number, ageMs: () => number = () => randomAge(this.random)): Signal[] {
    const source = sourceOfTopic(topic, this.topicPrefix) ?? 'unknown';
    const now = Date.now();
    return Array.from({ length: count }, () =>
      randomSignal(this.random, `${this.name}-${this.#sent++}`, source, now, ageMs()),
    );
  }

  /** Every kind of record that is no signal, once. */
  async sendBad(topic: string): Promise<void> {
    await this.#send(topic, this.random.shuffle(this.#prepareBad(topic)));
  }

  /** In one transaction; a partition that takes part ends with a marker. */
  async sendTransaction(topic: string, count: number, end: 'commit' | 'abort', partition?: number): Promise<void> {
    const finish = await this.openTransaction(topic, count, end, partition);
    await finish();
  }

  /** The same, left open until the answer is called: nobody reads past its first record meanwhile. */
  async openTransaction(
    topic: string,
    count: number,
    end: 'commit' | 'abort',
    partition?: number,
  ): Promise<() => Promise<void>> {
    const transaction = await (await this.#transactionalProducer()).transaction();
    const writer = this.#writer(topic);
    const signals = this.newSignals(topic, count);
    const prepared = signals.map((signal) =>
      end === 'abort'
        ? this.#prepare(topic, { kind: 'aborted' }, writer.toValue(signal), partition)
        : this.#prepareSignal(topic, signal, writer, partition),
    );
    const places = await transaction.send({ topic, messages: prepared.map(asMessage) });
    return async () => {
      if (end === 'abort') return transaction.abort();
      await transaction.commit();
      this.#note(topic, prepared, places);
    };
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#plain?.disconnect(), this.#transactional?.disconnect()]);
    this.#plain = undefined;
    this.#transactional = undefined;
  }

  #prepareMix(
    topic: string,
    count: number,
    { duplicates = 0.15, withBadRecords = true, ageMs }: MixOptions,
  ): Prepared[] {
    const prepared: Prepared[] = [];
    const recent = this.#recent.get(topic) ?? [];
    for (const signal of this.newSignals(topic, count, ageMs)) {
      const writer = this.#writer(topic);
      prepared.push(this.#prepareSignal(topic, signal, writer));
      recent.push({ signal, writer });
      if (!this.random.chance(duplicates)) continue;
      const copy = this.random.pick(recent);
      prepared.push(this.#prepareSignal(topic, copy.signal, copy.writer));
    }
    this.#recent.set(topic, recent.slice(-500));
    if (withBadRecords) prepared.push(...this.random.shuffle(this.#prepareBad(topic)).slice(0, 4));
    return prepared;
  }

  #prepareBad(topic: string): Prepared[] {
    const [contract] = this.topicOf(topic).writers;
    if (contract === undefined) return [];
    const bad = badRecords(contract, UNKNOWN_SCHEMA_ID, Date.now()).map(({ reason, value }) =>
      this.#prepare(topic, { kind: 'quarantine', reason }, value),
    );
    const rejected = this.#prepare(
      topic,
      { kind: 'quarantine', reason: 'invalid_event' },
      Buffer.from('{"type":"track"}'),
    );
    rejected.message.headers = {
      [REJECTED_HEADERS.reason]: 'invalid_event',
      [REJECTED_HEADERS.detail]: 'no event name',
    };
    return [...bad, rejected];
  }

  #prepareSignal(topic: string, signal: Signal, writer: Writer, partition?: number): Prepared {
    const readBack = writer.hasProperties ? signal : { ...signal, properties: {} };
    return this.#prepare(topic, { kind: 'signal', signal: readBack }, writer.toValue(signal), partition);
  }

  #prepare(topic: string, fate: Fate, value: Buffer | null, partition?: number): Prepared {
    const entry = this.ledger.add(topic, fate);
    const chosen = partition ?? this.random.integer(0, this.topicOf(topic).partitions - 1);
    return { entry, partition: chosen, message: { key: entry.id, value, partition: chosen } };
  }

  #writer(topic: string): Writer {
    return this.random.pick(this.topicOf(topic).writers);
  }

  async #send(topic: string, prepared: readonly Prepared[]): Promise<void> {
    // Small requests: many record batches, each with a codec of its own. Large values go alone.
    let batch: Prepared[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      if (batch.length === 0) return;
      const messages = batch.map(asMessage);
      this.#note(
        topic,
        batch,
        await this.#sendUntilAcknowledged({ topic, messages, compression: this.random.pick(CODECS) }),
      );
      batch = [];
      bytes = 0;
    };
    for (const next of prepared) {
      const size = next.message.value?.length ?? 0;
      if (batch.length >= 150 || bytes + size > 500_000) await flush();
      batch.push(next);
      bytes += size;
    }
    await flush();
  }

  /** A broker that is away is tried again: what it had stored before it went is then in the log twice, as with any producer. */
  async #sendUntilAcknowledged(batch: ProducerBatch): Promise<RecordMetadata[]> {
    const deadline = performance.now() + LONGEST_OUTAGE_MS;
    for (;;) {
      try {
        return await (await this.#plainProducer()).send(batch);
      } catch (error) {
        if (performance.now() > deadline) throw error;
        const broken = this.#plain;
        this.#plain = undefined;
        await broken?.disconnect().catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  /** The broker's answer names the first offset of each partition; a partition's records keep their order. */
  #note(topic: string, prepared: readonly Prepared[], answers: readonly RecordMetadata[]): void {
    const next = new Map(answers.map((answer) => [answer.partition, Number(answer.baseOffset)]));
    for (const { entry, partition } of prepared) {
      const offset = next.get(partition);
      if (offset === undefined || offset < 0) continue;
      entry.place = { topic, epoch: entry.epoch, partition, offset };
      next.set(partition, offset + 1);
    }
  }

  async #plainProducer(): Promise<Producer> {
    if (this.#plain !== undefined) return this.#plain;
    const producer = this.kafka.producer({
      allowAutoTopicCreation: false,
      retry: { retries: 20, maxRetryTime: 2_000 },
    });
    await producer.connect();
    return (this.#plain = producer);
  }

  async #transactionalProducer(): Promise<Producer> {
    if (this.#transactional !== undefined) return this.#transactional;
    const producer = this.kafka.producer({
      allowAutoTopicCreation: false,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionalId: `${this.topicPrefix}${this.name}`,
    });
    await producer.connect();
    return (this.#transactional = producer);
  }
}

const asMessage = ({ message }: Prepared): Message => message;
