import { createSignal, signalTopicName, signalType } from '@millrace/contract-signal';
import { frame, type KafkaClient } from '@millrace/platform-kafka';
import type { SeededRandom } from '@millrace/platform-testing';
// eslint-disable-next-line no-restricted-imports -- a second client writes
import { CompressionTypes, type Message, type Producer } from 'kafkajs';

/** What the producer knows of each signal, by its number; a million of them in a few megabytes. */
export interface NumberLedger {
  readonly signals: number;
  /** Epoch seconds of the window that holds it. */
  readonly windows: Float64Array;
  /** Index into `sources`. */
  readonly sourceOf: Uint8Array;
  /** Copies that the broker has acknowledged. */
  readonly copies: Uint8Array;
  readonly sources: readonly string[];
  invalid: number;
  aborted: number;
  newestOccurredAt: number;
}

export interface StreamOptions {
  readonly kafka: KafkaClient;
  readonly topicPrefix: string;
  readonly schemaIdOf: (source: string) => number;
  readonly sources: Readonly<Record<string, number>>;
  readonly signals: number;
  readonly windowMs: number;
  readonly random: SeededRandom;
  /** Signals a second at most, so that many windows close meanwhile. */
  readonly rate: number;
  readonly onProgress: (sent: number) => void;
}

const BATCH = 500;
const COPIES = 0.03;
const LATE = 0.02;
const INVALID = 0.002;
/** Of batches. */
const ABORTED = 0.02;

const PREFIX = 'million-';
export const idOf = (number: number): string => `${PREFIX}${number}`;
/** -1: not one of ours. */
export const numberOf = (id: string): number => (id.startsWith(PREFIX) ? Number(id.slice(PREFIX.length)) : -1);

export function createNumberLedger(signals: number, sources: readonly string[]): NumberLedger {
  return {
    signals,
    windows: new Float64Array(signals),
    sourceOf: new Uint8Array(signals),
    copies: new Uint8Array(signals),
    sources,
    invalid: 0,
    aborted: 0,
    newestOccurredAt: 0,
  };
}

/** Sends every signal of the ledger at least once: on time, late, copied, among invalid records and aborted transactions. */
export async function streamSignals(ledger: NumberLedger, options: StreamOptions): Promise<void> {
  const { kafka, random, topicPrefix } = options;
  const producer = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 20 } });
  const transactional = kafka.producer({
    allowAutoTopicCreation: false,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionalId: `${topicPrefix}million`,
  });
  await Promise.all([producer.connect(), transactional.connect()]);
  const startedAt = performance.now();
  try {
    for (let from = 0; from < ledger.signals; from += BATCH) {
      const source = random.integer(0, ledger.sources.length - 1);
      const numbers = Array.from({ length: Math.min(BATCH, ledger.signals - from) }, (_, index) => from + index);
      await sendBatch(ledger, options, { producer, transactional, source, numbers });
      options.onProgress(from + numbers.length);
      const aheadMs = ((from + numbers.length) / options.rate) * 1000 - (performance.now() - startedAt);
      if (aheadMs > 0) await new Promise((resolve) => setTimeout(resolve, aheadMs));
    }
  } finally {
    await Promise.allSettled([producer.disconnect(), transactional.disconnect()]);
  }
}

async function sendBatch(
  ledger: NumberLedger,
  options: StreamOptions,
  batch: {
    readonly producer: Producer;
    readonly transactional: Producer;
    readonly source: number;
    readonly numbers: readonly number[];
  },
): Promise<void> {
  const { random, topicPrefix } = options;
  const source = ledger.sources[batch.source] as string;
  const topic = signalTopicName(source, topicPrefix);
  const partitions = options.sources[source] ?? 1;
  const messages: Message[] = [];
  const copies: number[] = [];
  let invalid = 0;
  const now = Date.now();
  for (const number of batch.numbers) {
    const ageMs = random.chance(LATE) ? random.integer(60_000, 7_200_000) : random.integer(0, 15_000);
    const occurredAt = now - ageMs;
    ledger.newestOccurredAt = Math.max(ledger.newestOccurredAt, occurredAt);
    ledger.windows[number] = Math.floor(occurredAt / options.windowMs) * (options.windowMs / 1000);
    ledger.sourceOf[number] = batch.source;
    const signal = createSignal({
      signal_id: idOf(number),
      type: number % 7 === 0 ? 'form_submitted' : 'page_viewed',
      source,
      occurred_at: occurredAt,
      received_at: now,
      anonymous_id: `anon-${number % 50_000}`,
      user_id: number % 3 === 0 ? `user-${number % 20_000}` : null,
      url: `https://www.acme.example/page/${number % 300}`,
    });
    const value = frame(options.schemaIdOf(source), signalType.toBuffer(signal));
    for (let copy = random.chance(COPIES) ? 2 : 1; copy > 0; copy--) {
      messages.push({ value, partition: random.integer(0, partitions - 1) });
      copies.push(number);
    }
    if (!random.chance(INVALID)) continue;
    messages.push({ value: value.subarray(0, value.length - 2), partition: random.integer(0, partitions - 1) });
    invalid += 1;
  }
  if (random.chance(ABORTED)) {
    const transaction = await batch.transactional.transaction();
    await transaction.send({ topic, messages });
    await transaction.abort();
    ledger.aborted += messages.length;
  }
  await batch.producer.send({ topic, messages, compression: CompressionTypes.None });
  for (const number of copies) ledger.copies[number] = (ledger.copies[number] ?? 0) + 1;
  ledger.invalid += invalid;
}
