import {
  createSignal,
  partitionKeyOf,
  SIGNAL_SCHEMA,
  signalTopic,
  signalType,
  valueSubject,
} from '@millrace/contract-signal';
import { createBatchProducer, ensureTopics, SchemaRegistryCodec } from '@millrace/platform-kafka';
import { waitFor, type Stack } from '@millrace/platform-testing';

import type { FastReceiver } from '../river/receiver';

const PACE_MS = 10;

export interface UrgentSource {
  /** Resolves with when the demo request of `user` was accepted, as the collector's 2xx would say; epoch ms. */
  send(user: string): Promise<number>;
  close(): Promise<void>;
}

export async function openUrgentSource(stack: Stack): Promise<UrgentSource> {
  const topic = signalTopic('website', { prefix: stack.topicPrefix, partitions: 3 });
  await ensureTopics(stack.kafka, [{ ...topic, replicationFactor: 1 }]);
  const registry = new SchemaRegistryCodec({ url: stack.schemaRegistryUrl });
  const schemaId = await registry.registerSchema(valueSubject(topic.name), SIGNAL_SCHEMA);
  const producer = createBatchProducer({ kafka: stack.kafka, lingerMs: 0 });
  return {
    send: async (user) => {
      const now = Date.now();
      const signal = createSignal({
        signal_id: user,
        type: 'demo_requested',
        source: 'website',
        occurred_at: now,
        received_at: now,
        user_id: user,
        email: `${user}@hot.test`,
      });
      const value = registry.frame(schemaId, signalType.toBuffer(signal));
      await producer.send({ topic: topic.name, key: partitionKeyOf(signal), value });
      return Date.now();
    },
    close: () => producer.close(),
  };
}

/** Sends `count` demo requests, one at a time. Milliseconds from the acknowledged append to the arrival at the destination. */
export async function measureUrgent(
  source: UrgentSource,
  receiver: FastReceiver,
  { name, count }: { name: string; count: number },
): Promise<Readonly<Record<'p50' | 'p95' | 'p99' | 'max', number>>> {
  const accepted = new Map<string, number>();
  for (let n = 0; n < count; n += 1) {
    const user = `${name}-${n}`;
    accepted.set(user, await source.send(user));
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
  }
  const arrived = (): string[] => [...accepted.keys()].filter((user) => receiver.arrivals.has(user));
  await waitFor(`${count} urgent records`, () => arrived().length, {
    deadlineMs: 120_000,
    until: (found) => found === count,
  });
  const latencies = [...accepted].map(([user, at]) => (receiver.arrivals.get(user) ?? NaN) - at).sort((a, b) => a - b);
  const quantile = (q: number): number => latencies[Math.ceil(count * q) - 1] ?? NaN;
  return { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99), max: quantile(1) };
}
