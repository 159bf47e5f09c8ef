import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

import { UsageError } from '@millrace/platform-errors';

export interface OpenFile {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** When it was last changed, epoch milliseconds. */
  readonly time: number;
  /** The share of its bytes that is read, compressed ones as they are; null: nobody knows. */
  readonly done: () => number | null;
}

/** `-` is standard input, which has no time of its own: now. Throws FILE_UNREADABLE. */
export async function openFile(file: string): Promise<OpenFile> {
  if (file === '-') return { bytes: process.stdin, time: Date.now(), done: () => null };
  try {
    const { mtimeMs, size } = await stat(file);
    const bytes = createReadStream(file);
    // Reads the first byte too: a folder can be opened.
    await new Promise<void>((done, failed) => bytes.once('readable', done).once('error', failed));
    // A pipe has no size.
    return { bytes, time: Math.floor(mtimeMs), done: () => (size > 0 ? bytes.bytesRead / size : null) };
  } catch (cause) {
    return unreadable(file)(cause);
  }
}

export const unreadable =
  (file: string) =>
  (cause: unknown): never => {
    throw new UsageError(`${file} cannot be read`, { code: 'FILE_UNREADABLE', cause });
  };
