import { createReadStream } from 'node:fs';

import type { RowReason } from '../row-reasons';
import type { FileFacts, FileSource, Mapped } from '../source';

export interface ReadFile {
  readonly mapped: readonly Mapped<RowReason>[];
  /** `4 not_a_number`: the line where a row begins, and why it is put aside. */
  readonly rejected: readonly string[];
  /** Why the file could not be read, or not to its end. */
  readonly error?: unknown;
}

/** Text or bytes in pieces of a few bytes, as a slow pipe would give them. */
export async function* inPieces(content: string | Buffer, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

export const bytesOfFile = (path: string): AsyncIterable<Uint8Array> => createReadStream(path);

/** Reads a file by a source as the collector does. */
export async function readFileBy(
  source: FileSource,
  bytes: AsyncIterable<Uint8Array>,
  settings: object = {},
  facts: Partial<FileFacts> = {},
): Promise<ReadFile> {
  const parsed: unknown = source.settings.parse(settings);
  const context = { instance: 'file', receivedAt: Date.UTC(2026, 2, 10), sentAt: null, settings: parsed };
  const mapped: Mapped<RowReason>[] = [];
  const rejected: string[] = [];
  try {
    const file = await source.open(bytes, parsed, { format: 'csv', columns: {}, time: 1, instance: null, ...facts });
    for await (const { line, record } of file.rows) {
      for (const one of source.map(record, context)) {
        if (one.fate === 'quarantine') rejected.push(`${line} ${one.reason}`);
        else mapped.push(one);
      }
    }
    return { mapped, rejected };
  } catch (error) {
    return { mapped, rejected, error: (error as { details?: { reason?: unknown } }).details?.reason ?? error };
  }
}
