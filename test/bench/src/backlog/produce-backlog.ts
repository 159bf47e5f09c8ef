import { SIGNAL_SCHEMA, signalTopic, valueSubject } from '@millrace/contract-signal';
import { ensureTopics, frame, SchemaRegistryCodec } from '@millrace/platform-kafka';
import type { Stack } from '@millrace/platform-testing';
// eslint-disable-next-line no-restricted-imports -- a second client writes
import { CompressionTypes, type Message } from 'kafkajs';

import type { KeyedBody } from './signals';

export interface ProducedBacklog {
  readonly topic: string;
  readonly signals: number;
  /** Kafka values: the frame and the Avro body. */
  readonly bytesPerSignal: number;
  readonly seconds: number;
}

const BATCH = 2_000;
/** Requests under way: the next batches are encoded while the broker writes. */
const IN_FLIGHT = 4;

/** Puts `signals` bodies into `signals.<source>.v1`, evenly over its partitions, uncompressed. */
export async function produceBacklog(
  stack: Stack,
  backlog: { source: string; partitions: number; signals: number; bodyOf: (n: number) => KeyedBody },
): Promise<ProducedBacklog> {
  const { source, partitions, signals, bodyOf } = backlog;
  const spec = signalTopic(source, { prefix: stack.topicPrefix, partitions });
  await ensureTopics(stack.kafka, [{ ...spec, replicationFactor: 1 }]);
  const registry = new SchemaRegistryCodec({ url: stack.schemaRegistryUrl });
  const schemaId = await registry.registerSchema(valueSubject(spec.name), SIGNAL_SCHEMA);
  const producer = stack.kafka.producer({ maxInFlightRequests: IN_FLIGHT });
  await producer.connect();
  const startedAt = performance.now();
  let bytes = 0;
  let next = 0;
  const sendNext = async (): Promise<void> => {
    while (next < signals) {
      const from = next;
      next = Math.min(signals, from + BATCH);
      const messages: Message[] = [];
      for (let n = from; n < next; n += 1) {
        const { key, body } = bodyOf(n);
        const value = frame(schemaId, body);
        bytes += value.length;
        messages.push({ key, value, partition: (from / BATCH) % partitions });
      }
      await producer.send({ topic: spec.name, messages, compression: CompressionTypes.None, acks: 1 });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, sendNext));
  await producer.disconnect();
  return {
    topic: spec.name,
    signals,
    bytesPerSignal: Math.round(bytes / signals),
    seconds: (performance.now() - startedAt) / 1_000,
  };
}
