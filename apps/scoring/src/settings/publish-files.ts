import { hashOf, type Model, type ModelSettings } from '@millrace/catalog-models';
import { MillraceError } from '@millrace/platform-errors';

import type { Publication, PublicationsLog } from '../connections/publications-log';
import { nextNumber, publishSettings } from './publish-settings';

/**
 * Which files are published. changed: one that this process saw change, and at its start one that says what was never published: it
 * undoes no rollback. always: one that differs from what is live. never: none, once anything was published.
 */
export type FilesPublished = 'changed' | 'always' | 'never';

export interface FileState {
  readonly model: Model;
  readonly file: ModelSettings<object>;
  /** Hash of the own settings that the file said when this process looked last; undefined: it looks for the first time. */
  readonly seen: string | undefined;
  /** Hash of what is live, by this version's schema; undefined: nothing was published. */
  readonly live: string | undefined;
}

/** Whether the file is to be published over what is live. */
export function isToPublish({ file, seen, live }: FileState, known: readonly string[], which: FilesPublished): boolean {
  const hash = hashOf(file.own);
  if (live === undefined) return true;
  if (hash === live || which === 'never') return false;
  if (which === 'always') return true;
  return seen === undefined ? !known.includes(hash) : seen !== hash;
}

/**
 * Publishes a file; the first publication of a model counts for every instant. Resolves to undefined when another replica published at
 * the same moment: what it wrote is live then.
 */
export async function publishFile(
  log: PublicationsLog,
  { model, file }: FileState,
  countsFrom: number,
  now: number,
): Promise<Publication | undefined> {
  const publications = log.of(model.name);
  const isFirst = publications.length === 0;
  try {
    return await publishSettings(log, {
      model: model.name,
      own: file.own,
      author: file.file === null ? 'install' : 'file',
      note: file.file === null ? 'the defaults' : isFirst ? 'the file at the first start' : 'the file changed',
      countsFrom: isFirst ? 0 : countsFrom,
      number: nextNumber(publications),
      now,
    });
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'DECISION_LOST') return undefined;
    throw error;
  }
}
