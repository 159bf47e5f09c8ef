import { cursorsTopic } from '@millrace/contract-signal';
import {
  createBatchConsumer,
  forgetPrivateGroup,
  logEnds,
  privateGroup,
  silentLog,
  type KafkaClient,
  type KafkaLog,
} from '@millrace/platform-kafka';

import type { CollectorConfig } from '../app.config';
import { readCursorRecord, type CursorRecord } from './cursor-record';

/** The newest cursor of every stream, by key, as of now. `groupId`: of this reader alone. */
export async function readCursors(
  kafka: KafkaClient,
  topic: string,
  groupId: string,
  log: KafkaLog,
): Promise<ReadonlyMap<string, CursorRecord>> {
  const cursors = new Map<string, CursorRecord>();
  const left = new Map([...(await logEnds(kafka, topic))].filter(([, end]) => end > 0n));
  if (left.size === 0) return cursors;
  await new Promise<void>((resolve, reject) => {
    const advance = (partition: number, position: bigint): void => {
      if (position >= (left.get(partition) ?? Infinity)) left.delete(partition);
      if (left.size === 0) consumer.stop().then(resolve, reject);
    };
    const consumer = createBatchConsumer({
      kafka,
      groupId,
      topics: [topic],
      discoveryIntervalMs: 0,
      startAt: () => 0n,
      commitAfterBatch: false,
      log,
      onBatch: (batch) => {
        for (const { key, value } of batch.records()) {
          const record = readCursorRecord(value);
          if (record === undefined) cursors.delete(String(key));
          else cursors.set(String(key), record);
        }
        setImmediate(() => advance(batch.partition, batch.nextOffset));
        return Promise.resolve();
      },
      hooks: { onSkipped: ({ partition, to }) => advance(partition, to) },
    });
    consumer.start().catch(reject);
  });
  return cursors;
}

/** The same for a command, whose reading leaves nothing behind. */
export async function cursorsOf(
  kafka: KafkaClient,
  config: Pick<CollectorConfig, 'TOPIC_PREFIX'>,
): Promise<ReadonlyMap<string, CursorRecord>> {
  const groupId = privateGroup(`${config.TOPIC_PREFIX}sources`, 'cursors');
  try {
    return await readCursors(kafka, cursorsTopic(config.TOPIC_PREFIX).name, groupId, silentLog);
  } finally {
    await forgetPrivateGroup(kafka, groupId);
  }
}
