import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import { cursorsTopic } from '@millrace/contract-signal';
import type { ProducerRecord } from '@millrace/platform-kafka';

import { writeCursorRecord, type CursorRecord } from '../poll/cursor-record';
import type { FileInstance, ImportSummary } from './import-file';

/** Of what a file is known by: its bytes, read under the same settings. */
export const hashOf = ({ settings }: FileInstance, said: object): Hash =>
  createHash('sha256').update(JSON.stringify([settings, said]));

/** The key in sources.cursors.v1 of a file that an instance read to its end. */
export const keyOf = ({ name }: FileInstance, hash: Hash): string => `${name}/file-${hash.digest('hex')}`;

/** The bytes as they are, with each of them in the hash. */
export async function* hashing(bytes: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

/** The same hash of a file that nothing is read of. Throws where it cannot be read. */
export async function hashFile(path: string, hash: Hash): Promise<Hash> {
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash;
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
