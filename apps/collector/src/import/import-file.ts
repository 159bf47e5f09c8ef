import type { FileFacts, FileSource, RowReason } from '@millrace/catalog-sources';
import { MillraceError } from '@millrace/platform-errors';
import type { ProducerRecord } from '@millrace/platform-kafka';

import type { Instance } from '../instances/load-instances';
import { encodeMapped, type InstanceTopics } from '../publish/map-records';
import { RecentIds } from './recent-ids';
import { RejectedFile } from './rejected-file';

/** An instance that somebody brings files for. */
export interface FileInstance extends Instance {
  readonly source: FileSource;
}

export interface ImportOptions {
  readonly instance: FileInstance;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly facts: FileFacts;
  readonly rejectedPath: string;
  readonly maxEventBytes: number;
  /** When the import began, epoch milliseconds. */
  readonly now: number;
  /** Ends the import after the batch that is on its way. */
  readonly stop: AbortSignal;
  readonly onProgress: (summary: ImportSummary) => void;
}

/** Where accepted rows go; null: a dry run, which needs no stack. */
export interface ImportTarget {
  readonly topics: InstanceTopics;
  /** Resolves once all of it is on all in-sync replicas. */
  readonly append: (records: readonly ProducerRecord[]) => Promise<unknown>;
}

/** What became of the rows: read = accepted + deleted + duplicates + rejected, where a row becomes one record. */
export interface ImportSummary {
  read: number;
  accepted: number;
  deleted: number;
  /** Rows that say what a row before them said. */
  duplicates: number;
  rejected: number;
  readonly reasons: Partial<Record<RowReason, number>>;
  ignoredColumns: readonly string[];
  /** False when the file could not be read, or the records not written, to the end. */
  complete: boolean;
  /** Why not. */
  error?: { readonly reason: string; readonly message: string; readonly advice: string };
}

const BATCH_ROWS = 1_000;

export const emptySummary = (): ImportSummary => ({
  read: 0,
  accepted: 0,
  deleted: 0,
  duplicates: 0,
  rejected: 0,
  reasons: {},
  ignoredColumns: [],
  complete: false,
});

/**
 * Streams a file into its topics. One batch is on its way at a time and no more is read meanwhile, so that memory stays flat. Resolves
 * once Kafka has acknowledged every accepted row; a failure is in the summary, next to what was done.
 */
export async function importFile(options: ImportOptions, target: ImportTarget | null): Promise<ImportSummary> {
  const summary = emptySummary();
  try {
    await transfer(options, target, summary);
    summary.complete = true;
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    const reason = error.details['reason'];
    summary.error = {
      reason: typeof reason === 'string' ? reason : error.code,
      message: error.message,
      advice: error.advice ?? '',
    };
  }
  return summary;
}

async function transfer(
  { instance, bytes, facts, rejectedPath, maxEventBytes, now, stop, onProgress }: ImportOptions,
  target: ImportTarget | null,
  summary: ImportSummary,
): Promise<void> {
  const { name, source, settings } = instance;
  const file = await source.open(bytes, settings, facts);
  summary.ignoredColumns = file.ignored;
  const rejectedRows = new RejectedFile(rejectedPath, file.delimiter, file.header);
  const context = { instance: name, receivedAt: now, sentAt: null, settings };
  const seen = new RecentIds();
  let batch: ProducerRecord[] = [];
  const waiting = { accepted: 0, deleted: 0 };
  const send = async (): Promise<void> => {
    if (batch.length > 0) await target?.append(batch);
    summary.accepted += waiting.accepted;
    summary.deleted += waiting.deleted;
    waiting.accepted = waiting.deleted = 0;
    batch = [];
    onProgress(summary);
  };
  const reject = async (line: number, reason: RowReason, detail: string, cells: readonly string[]): Promise<void> => {
    summary.rejected += 1;
    summary.reasons[reason] = (summary.reasons[reason] ?? 0) + 1;
    await rejectedRows.add(line, reason, detail, cells);
  };
  try {
    for await (const { line, record, cells } of file.rows) {
      if (stop.aborted) throw stopped();
      summary.read += 1;
      for (const mapped of source.map(record, context)) {
        if (mapped.fate === 'drop') continue;
        if (mapped.fate === 'quarantine') {
          await reject(line, mapped.reason, mapped.detail, cells);
          continue;
        }
        if (mapped.fate === 'signal' && !seen.add(mapped.signal.signal_id)) {
          summary.duplicates += 1;
          continue;
        }
        if (target !== null) {
          const made = encodeMapped(mapped, name, target.topics, { maxEventBytes, keyKind: null });
          if ('reason' in made) {
            await reject(line, made.reason, made.detail, cells);
            continue;
          }
          batch.push(made);
        }
        const isDeleted =
          (mapped.fate === 'person' && mapped.person.deleted) || (mapped.fate === 'account' && mapped.account.deleted);
        waiting[isDeleted ? 'deleted' : 'accepted'] += 1;
      }
      if (summary.read % BATCH_ROWS === 0) await send();
    }
  } finally {
    await rejectedRows.close();
  }
  await send();
}

const stopped = (): MillraceError =>
  new MillraceError('Stopped by hand', {
    code: 'SHUTTING_DOWN',
    actor: 'operator',
    details: { reason: 'stopped' },
    advice: 'What is imported stays; import the file again for the rest',
  });
