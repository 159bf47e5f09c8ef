const MAGIC = 0;
export const FRAME_HEADER_BYTES = 5;

export type FrameProblem = 'tombstone' | 'empty' | 'truncated' | 'wrong_magic';

export type Frame =
  | { readonly schemaId: number; readonly body: Buffer; readonly problem?: undefined }
  | { readonly problem: FrameProblem };

/** The Confluent wire format: magic byte 0, the schema id as a big-endian int32, the Avro body. */
export function frame(schemaId: number, body: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(FRAME_HEADER_BYTES + body.length);
  body.copy(framed, writeFrameHeader(schemaId, framed));
  return framed;
}

/** Writes what stands before the body; returns where that begins. */
export function writeFrameHeader(schemaId: number, into: Buffer): number {
  into.writeUInt8(MAGIC, 0);
  return into.writeInt32BE(schemaId, 1);
}

/** Takes a record value apart. What cannot be a frame is a value, never an exception. The body shares memory with it. */
export function parseFrame(value: Buffer | null | undefined): Frame {
  if (value === null || value === undefined) return { problem: 'tombstone' };
  if (value.length === 0) return { problem: 'empty' };
  if (value[0] !== MAGIC) return { problem: 'wrong_magic' };
  if (value.length < FRAME_HEADER_BYTES) return { problem: 'truncated' };
  return { schemaId: value.readInt32BE(1), body: value.subarray(FRAME_HEADER_BYTES) };
}
