import { compress, decompress, init } from '@bokuweb/zstd-wasm';
import type { KafkaCodec } from './codec';
import { assertWithinLimit } from './size-limit';

const MAGIC = 0xfd2fb528;
const DESTINATION_TOO_SMALL = 'code -70';
const SMALLEST_OUTPUT = 1024 * 1024;

let initialised: Promise<void> | undefined;

export function createZstdCodec(limit: number): KafkaCodec {
  return {
    compress: async ({ buffer }) => {
      await (initialised ??= init());
      return Buffer.from(compress(buffer));
    },
    decompress: async (buffer) => {
      await (initialised ??= init());
      return unpack(buffer, limit);
    },
  };
}

/** Streaming producers (the Java one) leave the size out of the frame: the output then grows until it fits or is refused. */
function unpack(buffer: Buffer, limit: number): Buffer {
  const known = zstdContentBytes(buffer);
  if (known !== undefined) assertWithinLimit('zstd', known, limit);
  let size = Math.min(limit, Math.max(SMALLEST_OUTPUT, buffer.length * 4));
  for (;;) {
    try {
      return Buffer.from(decompress(buffer, { defaultHeapSize: size }));
    } catch (error) {
      if (!String(error).includes(DESTINATION_TOO_SMALL)) throw error;
      assertWithinLimit('zstd', size >= limit ? Infinity : size, limit);
      size = Math.min(limit, size * 4);
    }
  }
}

/** The content size in a zstd frame's header (RFC 8878, 3.1.1.1), undefined when the frame does not name it. */
export function zstdContentBytes(buffer: Buffer): number | undefined {
  if (buffer.length < 6 || buffer.readUInt32LE(0) !== MAGIC) return undefined;
  const descriptor = buffer[4] ?? 0;
  const sizeFlag = descriptor >> 6;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if (sizeFlag === 0 && !isSingleSegment) return undefined;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const at = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes;
  const width = [1, 2, 4, 8][sizeFlag] ?? 1;
  if (buffer.length < at + width) return undefined;
  if (width === 1) return buffer.readUInt8(at);
  if (width === 2) return buffer.readUInt16LE(at) + 256;
  return width === 4 ? buffer.readUInt32LE(at) : Number(buffer.readBigUInt64LE(at));
}
