import type { SimulatedEvent } from '@millrace/simulation';
import { createClient, sendEvents } from '@millrace/demo';
import { createBatchProducer, createKafka } from '@millrace/platform-kafka';
import type { Stack } from '@millrace/platform-testing';

import { WRITE_KEYS } from './millrace/start-millrace';

/** Sends events through the real SDK, one client a source; rejects when the SDK gave anything up. */
export async function sendThroughSdk(events: readonly SimulatedEvent[], collectorUrl: string): Promise<void> {
  const clients = {
    website: createClient({ collectorUrl, writeKey: WRITE_KEYS.website }),
    product: createClient({ collectorUrl, writeKey: WRITE_KEYS.product }),
  };
  await sendEvents(events, clients);
}

/** Bytes straight into a topic, as a broken producer would. */
export async function produceRaw(stack: Stack, topic: string, values: readonly (Buffer | null)[]): Promise<void> {
  const producer = createBatchProducer({ kafka: createKafka({ brokers: stack.kafkaBrokers, clientId: 'e2e-raw' }) });
  await producer.sendMany(values.map((value, index) => ({ topic, key: `raw-${index}`, value })));
  await producer.close();
}
