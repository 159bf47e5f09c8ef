import { RETRIED_FROM_HEADER, signalTopicName } from '@millrace/contract-signal';
import { createBatchProducer, type KafkaClient } from '@millrace/platform-kafka';

import type { QuarantinedRow } from './read-quarantine';

export interface Retried {
  readonly topic: string;
  /** Origins of the new records, `<topic>/<partition>/<offset>`. */
  readonly retried: readonly string[];
  /** Records that would be quarantined again, whatever has changed: they hold no framed Avro body. */
  readonly left: readonly string[];
}

const originOf = ({ topic, partition, offset }: QuarantinedRow): string => `${topic}/${partition}/${offset}`;

/**
 * Produces each record's bytes as a **new record** of `signals.retried.v1`, with its origin in a header. It is judged
 * like any other, and late by nature: a replay of earlier steps stays equal. Retrying twice does no harm: the id is unique
 * within the topic, so the second copy is a duplicate.
 */
export async function retryQuarantined(
  kafka: KafkaClient,
  topicPrefix: string,
  rows: readonly QuarantinedRow[],
): Promise<Retried> {
  const topic = signalTopicName('retried', topicPrefix);
  const framed = rows.filter(({ schema_id }) => schema_id !== null);
  const left = rows.filter(({ schema_id }) => schema_id === null).map(originOf);
  if (framed.length === 0) return { topic, retried: [], left };
  const producer = createBatchProducer({ kafka });
  try {
    await producer.sendMany(
      framed.map((row) => ({
        topic,
        key: null,
        value: Buffer.from(row.bytes_base64, 'base64'),
        headers: { [RETRIED_FROM_HEADER]: originOf(row) },
      })),
    );
  } finally {
    await producer.close();
  }
  return { topic, retried: framed.map(originOf), left };
}
