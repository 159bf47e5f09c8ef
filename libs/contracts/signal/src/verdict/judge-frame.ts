import type { Verdict } from './verdict';

/** Magic byte 0, four bytes of schema id, then the Avro body. */
export const FRAME_BYTES = 5;

const TOMBSTONE: Verdict = { reason: 'tombstone', detail: 'the record has no value' };
const ZERO_LENGTH: Verdict = { reason: 'zero_length', detail: 'the value is empty' };

/** The schema id of the value `bytes[start, end)`, or -1 when it has no readable frame. `start` below 0: no value. */
export function readSchemaId(bytes: Uint8Array, start: number, end: number): number {
  if (start < 0 || end - start < FRAME_BYTES || bytes[start] !== 0) return -1;
  return (
    (bytes[start + 1] as number) * 0x1000000 +
    (((bytes[start + 2] as number) << 16) | ((bytes[start + 3] as number) << 8) | (bytes[start + 4] as number))
  );
}

/** Why `readSchemaId` gave -1. */
export function judgeFrame(bytes: Uint8Array, start: number, end: number): Verdict {
  if (start < 0) return TOMBSTONE;
  if (end <= start) return ZERO_LENGTH;
  const magic = bytes[start] as number;
  if (magic !== 0) return { reason: 'wrong_magic', detail: `the first byte is ${magic}, not 0` };
  return { reason: 'truncated_frame', detail: `${end - start} bytes, a frame alone has ${FRAME_BYTES}` };
}
