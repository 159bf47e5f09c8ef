import { RetryableError } from '@millrace/platform-errors';
import type { Kafka } from 'kafkajs';
import { toKafkaError } from '../client/kafka-error';
import { silentLog, type KafkaLog } from '../client/kafka-log';
import { createKafkajsTransport, type Compression } from './kafkajs-transport';
import { createPartitionChooser } from './partition-of';
import { ProducerQueue } from './producer-queue';
import { recordBytes, type ProducerRecord, type RecordAck } from './record';

export interface BatchProducerDeps {
  readonly kafka: Kafka;
  /** How long the first record of a batch waits for company. 0: only records of the same turn travel together. */
  readonly lingerMs?: number;
  /** Per partition and request, before compression. Stay below the topic's max.message.bytes (1 MB by default). */
  readonly maxBatchBytes?: number;
  readonly maxBatchRecords?: number;
  /** Records accepted and not yet acknowledged. More are refused with KAFKA_QUEUE_FULL. */
  readonly maxQueuedBytes?: number;
  /** From `send` to the answer, whatever happens. After it the outcome of a record already under way is unknown. */
  readonly deliveryTimeoutMs?: number;
  readonly idempotent?: boolean;
  readonly compression?: Compression;
  readonly log?: KafkaLog;
}

export interface BatchProducer {
  /** Opens the connections, so that the first record does not pay for it. Optional. */
  connect(topics: readonly string[]): Promise<void>;
  /** Resolves once the record is on all in-sync replicas. Rejects with KAFKA_QUEUE_FULL, KAFKA_UNAVAILABLE,
   *  KAFKA_RECORD_TOO_LARGE, TOPIC_MISSING or SHUTTING_DOWN. */
  send(record: ProducerRecord): Promise<RecordAck>;
  /** All or nothing into the queue; resolves once all are acknowledged, in the order given. On a rejection some may be
   *  written, so the caller sends all of them again (consumers collapse by id). */
  sendMany(records: readonly ProducerRecord[]): Promise<RecordAck[]>;
  queuedBytes(): number;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A producer for many concurrent callers: what they send within `lingerMs` travels in one request, acks=all, one batch
 * at a time per partition, in order.
 */
export function createBatchProducer(deps: BatchProducerDeps): BatchProducer {
  const deliveryTimeoutMs = deps.deliveryTimeoutMs ?? 10_000;
  const maxQueuedBytes = deps.maxQueuedBytes ?? 64 * 1024 * 1024;
  const transport = createKafkajsTransport({
    kafka: deps.kafka,
    isIdempotent: deps.idempotent ?? false,
    compression: deps.compression ?? 'none',
    requestTimeoutMs: deliveryTimeoutMs,
  });
  const queue = new ProducerQueue({
    transport,
    choosePartition: createPartitionChooser(),
    lingerMs: deps.lingerMs ?? 5,
    maxBatchBytes: deps.maxBatchBytes ?? 512 * 1024,
    maxBatchRecords: deps.maxBatchRecords ?? 5_000,
    deliveryTimeoutMs,
    log: deps.log ?? silentLog,
  });
  let isClosing = false;

  const admit = (records: readonly ProducerRecord[]): void => {
    if (isClosing) throw new RetryableError('The producer is closing', { code: 'SHUTTING_DOWN' });
    const bytes = records.reduce((sum, record) => sum + recordBytes(record), 0);
    // A lot larger than the whole queue passes when the queue is empty: otherwise it never could.
    if (queue.queuedBytes === 0 || queue.queuedBytes + bytes <= maxQueuedBytes) return;
    throw new RetryableError('The queue of records waiting for Kafka is full', {
      code: 'KAFKA_QUEUE_FULL',
      details: { queuedBytes: queue.queuedBytes, maxQueuedBytes },
      advice: 'Send again later; when it lasts, the brokers are too slow or away',
    });
  };

  return {
    async connect(topics) {
      try {
        await transport.connect();
        await Promise.all(topics.map((topic) => transport.partitionsOf(topic)));
      } catch (error) {
        throw toKafkaError(error, 'Connecting to Kafka failed');
      }
    },
    async send(record) {
      admit([record]);
      return new Promise((resolve, reject) => queue.add(record, resolve, reject));
    },
    async sendMany(records) {
      admit(records);
      if (records.length === 0) return [];
      return new Promise((resolve, reject) => {
        const acks = new Array<RecordAck>(records.length);
        let missing = records.length;
        records.forEach((record, index) => {
          queue.add(
            record,
            (ack) => {
              acks[index] = ack;
              missing -= 1;
              if (missing === 0) resolve(acks);
            },
            reject,
          );
        });
      });
    },
    queuedBytes: () => queue.queuedBytes,
    flush: () => queue.flush(),
    async close() {
      isClosing = true;
      await queue.flush();
      queue.stop();
      await transport.close();
    },
  };
}
