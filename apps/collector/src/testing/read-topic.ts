import { signalType, type Signal } from '@millrace/contract-signal';
import { logBounds, SchemaRegistryCodec } from '@millrace/platform-kafka';
import type { Stack } from '@millrace/platform-testing';

interface ReadRecord {
  readonly signal: Signal | null;
  readonly key: string | null;
  readonly value: string;
  readonly bytes: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

let groups = 0;

/** Everything a topic holds, each record decoded by avsc against the registry, or as text when it is no signal. */
export async function readTopic(stack: Stack, topic: string): Promise<ReadRecord[]> {
  const bounds = await logBounds(stack.kafka, topic);
  let missing = [...bounds.ends].reduce(
    (sum, [partition, end]) => sum + Number(end - (bounds.starts.get(partition) ?? 0n)),
    0,
  );
  if (missing === 0) return [];
  const decode = new SchemaRegistryCodec({ url: stack.schemaRegistryUrl }).decoder<Signal>(signalType);
  const records: ReadRecord[] = [];
  groups += 1;
  const consumer = stack.kafka.consumer({ groupId: `${stack.topicPrefix}reader-${groups}-${Date.now()}` });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const eachMessage: NonNullable<Parameters<typeof consumer.run>[0]>['eachMessage'] = async ({ message }) => {
        const headers = Object.fromEntries(
          Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
        );
        const decoded = await decode(message.value);
        records.push({
          signal: decoded.ok ? decoded.value : null,
          key: message.key === null ? null : message.key.toString(),
          value: message.value?.toString() ?? '',
          bytes: message.value,
          headers,
        });
        missing -= 1;
        if (missing === 0) resolve();
      };
      consumer.run({ autoCommit: false, eachMessage }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return records;
}

/** Ids of the signals among them, sorted. */
export const idsOf = (records: readonly ReadRecord[]): string[] =>
  records.flatMap(({ signal }) => (signal === null ? [] : [signal.signal_id])).sort();
