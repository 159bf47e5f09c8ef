import type { Admin, Kafka } from 'kafkajs';
import { toKafkaError } from '../client/kafka-error';

/** A connected admin (used as it is and left open) or a client (an admin is opened and closed around the call). */
export type AdminSource = Kafka | Admin;

export async function withAdmin<T>(
  source: AdminSource,
  doing: string,
  work: (admin: Admin) => Promise<T>,
  details: Record<string, unknown> = {},
): Promise<T> {
  try {
    if (!isKafka(source)) return await work(source);
    const admin = source.admin();
    try {
      await admin.connect();
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  } catch (error) {
    throw toKafkaError(error, doing, details);
  }
}

function isKafka(source: AdminSource): source is Kafka {
  return 'admin' in source;
}
