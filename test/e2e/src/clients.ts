import { Analytics } from '@segment/analytics-node';

import type { SimulatedEvent } from '@millrace/catalog-sources';
import type { Account, Person, Signal } from '@millrace/contract-signal';
import {
  accountType,
  entityTopics,
  partitionKeyOf,
  personType,
  signalTopicName,
  signalType,
  valueSubject,
} from '@millrace/contract-signal';
import { createBatchProducer, createKafka, frame, SchemaRegistryCodec } from '@millrace/platform-kafka';
import type { ProducerRecord } from '@millrace/platform-kafka';
import type { Stack } from '@millrace/platform-testing';

import { WRITE_KEYS } from './millrace/start-millrace';

const FLUSH_TIMEOUT_MS = 60_000;

/** Sends events through the real SDK, one client a source; rejects when the SDK gave anything up. */
export async function sendThroughSdk(events: readonly SimulatedEvent[], collectorUrl: string): Promise<void> {
  for (const source of ['website', 'product'] as const) {
    const failures: unknown[] = [];
    const analytics = new Analytics({ host: collectorUrl, writeKey: WRITE_KEYS[source], flushAt: 100, maxRetries: 10 });
    analytics.on('error', (error) => failures.push(error));
    for (const event of events.filter((candidate) => candidate.source === source)) {
      const { call } = event;
      analytics[call.type](call as unknown as Parameters<Analytics['track']>[0] & Parameters<Analytics['group']>[0]);
    }
    await analytics.closeAndFlush({ timeout: FLUSH_TIMEOUT_MS });
    if (failures.length > 0) throw new Error('the SDK gave up on a batch', { cause: failures[0] });
  }
}

/** What a team without the collector does: its own Avro straight to its topic. */
export async function publishStraight(
  stack: Stack,
  content: { accounts?: readonly Account[]; people?: readonly Person[]; signals?: readonly Signal[] },
): Promise<void> {
  const kafka = createKafka({ brokers: stack.kafkaBrokers, clientId: 'e2e' });
  const codec = new SchemaRegistryCodec({ url: stack.schemaRegistryUrl });
  const producer = createBatchProducer({ kafka });
  const topics = entityTopics(stack.topicPrefix);
  const framed = async (topic: string, body: Buffer): Promise<Buffer> =>
    frame((await codec.latestSchemaId(valueSubject(topic))) ?? 0, body);
  const records: ProducerRecord[] = [];
  const add = async (topic: string, key: string, body: Buffer): Promise<void> => {
    records.push({ topic, key, value: await framed(topic, body) });
  };
  for (const account of content.accounts ?? []) {
    await add(topics.accounts.name, account.account_id, accountType.toBuffer(account));
  }
  for (const person of content.people ?? [])
    await add(topics.people.name, person.person_id, personType.toBuffer(person));
  for (const signal of content.signals ?? []) {
    const topic = signalTopicName(signal.source, stack.topicPrefix);
    await add(topic, partitionKeyOf(signal) ?? signal.signal_id, signalType.toBuffer(signal));
  }
  await producer.sendMany(records);
  await producer.close();
}

/** Bytes straight into a topic, as a broken producer would. */
export async function produceRaw(stack: Stack, topic: string, values: readonly (Buffer | null)[]): Promise<void> {
  const producer = createBatchProducer({ kafka: createKafka({ brokers: stack.kafkaBrokers, clientId: 'e2e-raw' }) });
  await producer.sendMany(values.map((value, index) => ({ topic, key: `raw-${index}`, value })));
  await producer.close();
}
