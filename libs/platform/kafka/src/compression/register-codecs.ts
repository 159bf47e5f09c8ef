import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import type { KafkaCodec } from './codec';
import { createGzipCodec } from './gzip-codec';
import { createLz4Codec } from './lz4-codec';
import { DEFAULT_MAX_DECOMPRESSED_BYTES } from './size-limit';
import { createSnappyCodec } from './snappy-codec';
import { createZstdCodec } from './zstd-codec';

/** kafkajs keeps its codecs per process, so the last limit set is the one that holds. */
export function registerCompressionCodecs(maxDecompressedBytes = DEFAULT_MAX_DECOMPRESSED_BYTES): void {
  const codecs = CompressionCodecs as unknown as Record<number, () => KafkaCodec>;
  const gzip = createGzipCodec(maxDecompressedBytes);
  const snappy = createSnappyCodec(maxDecompressedBytes);
  const lz4 = createLz4Codec(maxDecompressedBytes);
  const zstd = createZstdCodec(maxDecompressedBytes);
  codecs[CompressionTypes.GZIP] = () => gzip;
  codecs[CompressionTypes.Snappy] = () => snappy;
  codecs[CompressionTypes.LZ4] = () => lz4;
  codecs[CompressionTypes.ZSTD] = () => zstd;
}
