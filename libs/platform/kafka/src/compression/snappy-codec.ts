import createSnappy from 'kafkajs-snappy';
import type { KafkaCodec } from './codec';
import { assertWithinLimit } from './size-limit';

/** The Java client's framing: this magic, two versions, then blocks each with a big-endian length. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

export function createSnappyCodec(limit: number): KafkaCodec {
  const snappy = createSnappy();
  return {
    compress: async (encoder) => Buffer.from(await snappy.compress(encoder)),
    decompress: async (buffer) => {
      assertWithinLimit('snappy', snappyUnpackedBytes(buffer), limit);
      return Buffer.from(await snappy.decompress(buffer));
    },
  };
}

/** The size a snappy buffer says it unpacks to, block by block, without unpacking it. */
export function snappyUnpackedBytes(buffer: Buffer): number {
  if (!buffer.subarray(0, 8).equals(XERIAL_MAGIC)) return readLength(buffer, 0);
  let total = 0;
  let at = XERIAL_HEADER_BYTES;
  while (at + 4 <= buffer.length) {
    const block = buffer.readUInt32BE(at);
    total += readLength(buffer, at + 4);
    at += 4 + block;
  }
  return total;
}

function readLength(buffer: Buffer, from: number): number {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = buffer[from + i] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) break;
  }
  return length;
}
