import { compress, decompressBound, decompressFrame } from 'lz4js';
import type { KafkaCodec } from './codec';
import { assertWithinLimit } from './size-limit';

export function createLz4Codec(limit: number): KafkaCodec {
  return {
    compress: async ({ buffer }) => Buffer.from(compress(buffer)),
    decompress: async (buffer) => {
      // A bound, at most one block above the real size; writes past it are dropped by the typed array, hence the check.
      const bound = decompressBound(buffer);
      assertWithinLimit('lz4', bound, limit);
      const unpacked = Buffer.alloc(bound);
      const size = decompressFrame(buffer, unpacked);
      if (size > bound) throw new Error('lz4 frame is longer than its blocks allow');
      return unpacked.subarray(0, size);
    },
  };
}
