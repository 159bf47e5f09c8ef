import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import { cursorsTopic } from '@millrace/contract-signal';
import {
  forgetPrivateGroup,
  privateGroup,
  silentLog,
  type KafkaClient,
  type ProducerRecord,
} from '@millrace/platform-kafka';

import type { CollectorConfig } from '../app.config';
import { writeCursorRecord, type CursorRecord } from '../poll/cursor-record';
import { readCursors } from '../poll/read-cursors';
import type { FileInstance, ImportSummary } from './import-file';

/** The key in sources.cursors.v1 of a file that an instance read to its end: its bytes, read under the same settings. */
export async function keyOfFile({ name, settings }: FileInstance, path: string, facts: object): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([settings, facts]));
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return `${name}/file-${hash.digest('hex')}`;
}

/** What is known of a file that was imported before; undefined: it was not. */
export async function importedBefore(
  kafka: KafkaClient,
  config: Pick<CollectorConfig, 'TOPIC_PREFIX'>,
  key: string,
): Promise<CursorRecord | undefined> {
  const groupId = privateGroup(`${config.TOPIC_PREFIX}imports`, 'cursors');
  try {
    return (await readCursors(kafka, cursorsTopic(config.TOPIC_PREFIX).name, groupId, silentLog)).get(key);
  } finally {
    await forgetPrivateGroup(kafka, groupId);
  }
}

/** Says that a file is imported; to be written after everything of it is. */
export function importedRecord(
  prefix: string,
  key: string,
  { read, accepted, deleted, rejected }: ImportSummary,
  now: number,
): ProducerRecord {
  const record: CursorRecord = {
    v: 1,
    cursor: { read, accepted, deleted, rejected },
    passed_at: now,
    written_at: now,
    replica: 'import',
    records: read,
  };
  return { topic: cursorsTopic(prefix).name, key, value: writeCursorRecord(record) };
}
