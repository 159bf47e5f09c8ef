import type { Hash } from 'node:crypto';

import type { FileFacts } from '@millrace/catalog-sources';
import { UsageError } from '@millrace/platform-errors';

import type { Connections } from '../connections/connections';
import { cursorsOf } from '../poll/read-cursors';
import { openTopics } from '../publish/open-topics';
import { emptySummary, type FileInstance, type ImportSummary, type ImportTarget } from './import-file';
import { hashFile, hashOf, importedRecord, keyOf } from './imported-files';
import { unreadable } from './open-file';

export interface NamedFile {
  readonly instance: FileInstance;
  /** Its path; `-`: standard input, which is never looked up. */
  readonly file: string;
  /** What is said of it: another word, and it is another file. */
  readonly said: Omit<FileFacts, 'time'>;
}

export interface ImportedOnce {
  readonly summary: ImportSummary;
  /** When it was imported before, epoch milliseconds; null: now. */
  readonly before: number | null;
}

/**
 * A file that was imported to its end is not read again, unless that is wished. That it was is written down once all of it is on all
 * in-sync replicas: one that was stopped, or did not get through, is read again. `importIt` puts what it reads into the hash.
 */
export async function importOnce(
  { config, kafka, registry, producer }: Connections,
  { instance, file, said }: NamedFile,
  isAgain: boolean,
  importIt: (target: ImportTarget, hash: Hash) => Promise<ImportSummary>,
): Promise<ImportedOnce> {
  const isLookedUp = file !== '-' && !isAgain;
  const now = isLookedUp ? await hashFile(file, hashOf(instance, said)).catch(unreadable(file)) : undefined;
  const known = now === undefined ? undefined : (await cursorsOf(kafka, config)).get(keyOf(instance, now));
  if (known !== undefined) return { summary: { ...emptySummary(), complete: true }, before: known.written_at };
  const topics = (await openTopics(registry, [instance], config.TOPIC_PREFIX)).get(instance.name);
  if (topics === undefined) throw new UsageError(`No topic is open for ${instance.name}`);
  // Of the bytes that are imported: the file may be another by then.
  const hash = hashOf(instance, said);
  const summary = await importIt({ topics, append: (records) => producer.sendMany(records) }, hash);
  if (summary.complete) {
    await producer.sendMany([importedRecord(config.TOPIC_PREFIX, keyOf(instance, hash), summary, Date.now())]);
  }
  return { summary, before: null };
}
