import type { Cursor } from '@millrace/catalog-sources';
import { z } from 'zod';

/** A stream of a configured instance. */
export interface StreamName {
  readonly instance: string;
  readonly stream: string;
}

/** The key of its records in sources.cursors.v1. */
export const cursorKey = ({ instance, stream }: StreamName): string => `${instance}/${stream}`;

/** Instants are epoch milliseconds. */
export interface CursorRecord {
  readonly v: 1;
  readonly cursor: Cursor;
  /** When the last pass came to its end; null: none has. */
  readonly passed_at: number | null;
  readonly written_at: number;
  /** Raw records since it began, repeated ones included. */
  readonly records: number;
  /** Who wrote it. */
  readonly replica: string;
}

const schema = z.object({
  v: z.literal(1),
  cursor: z.record(z.string(), z.json()),
  passed_at: z.number().nullable(),
  written_at: z.number(),
  records: z.number().default(0),
  replica: z.string(),
});

/** Undefined for what is not such a record, as of another version: the stream begins anew, which repeats and loses nothing. */
export function readCursorRecord(value: Buffer | null): CursorRecord | undefined {
  if (value === null) return undefined;
  try {
    return schema.parse(JSON.parse(value.toString('utf8'))) as CursorRecord;
  } catch {
    return undefined;
  }
}

/** A cursor says where to go on; what is larger holds something else. */
const LARGEST_BYTES = 8_192;

/** Throws RangeError for a cursor that is too large. */
export function writeCursorRecord(record: CursorRecord): Buffer {
  const bytes = Buffer.from(JSON.stringify(record));
  if (bytes.length > LARGEST_BYTES)
    throw new RangeError(`A cursor has ${bytes.length} bytes, ${LARGEST_BYTES} at most`);
  return bytes;
}
