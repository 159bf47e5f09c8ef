import { compressBlock, compressBound, decompressBound, decompressFrame } from 'lz4js';
import type { KafkaCodec } from './codec';
import { assertWithinLimit } from './size-limit';

/** Magic, version 1 with independent blocks (the Java client and the broker refuse others), 64 KiB blocks, checksum. */
const FRAME_HEADER = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
const BLOCK_BYTES = 64 * 1024;
const HASH_SLOTS = 1 << 16;
const IS_STORED = 0x80000000;

export function createLz4Codec(limit: number): KafkaCodec {
  return {
    compress: async ({ buffer }) => packFrame(buffer),
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

/** lz4js' own frames hold dependent blocks, which no broker takes; its block compression is fine. */
function packFrame(source: Buffer): Buffer {
  const parts: Buffer[] = [FRAME_HEADER];
  const packed = Buffer.alloc(compressBound(BLOCK_BYTES));
  const hashTable = new Uint32Array(HASH_SLOTS);
  for (let at = 0; at < source.length; at += BLOCK_BYTES) {
    const block = source.subarray(at, at + BLOCK_BYTES);
    hashTable.fill(0);
    const size = compressBlock(block, packed, 0, block.length, hashTable);
    const isStored = size === 0 || size >= block.length;
    parts.push(uint32(isStored ? IS_STORED + block.length : size));
    parts.push(isStored ? block : Buffer.from(packed.subarray(0, size)));
  }
  parts.push(uint32(0));
  return Buffer.concat(parts);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
