import type { Kafka } from 'kafkajs';

import { toKafkaError } from './kafka-error';

/** Throws unless a broker takes a connection of this client, with its credentials. Not repeated: whoever asks has a pace of its own. */
export async function pingKafka(kafka: Kafka): Promise<void> {
  const admin = kafka.admin({ retry: { retries: 0 } });
  try {
    await admin.connect();
  } catch (error) {
    throw toKafkaError(error, 'Connecting to Kafka failed');
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
