import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { KafkaCodec } from './codec';
import { createGzipCodec } from './gzip-codec';
import { createLz4Codec } from './lz4-codec';
import { createSnappyCodec, snappyUnpackedBytes } from './snappy-codec';
import { createZstdCodec, zstdContentBytes } from './zstd-codec';

const LIMIT = 1024 * 1024;
const CODECS: [string, (limit: number) => KafkaCodec][] = [
  ['gzip', createGzipCodec],
  ['snappy', createSnappyCodec],
  ['lz4', createLz4Codec],
  ['zstd', createZstdCodec],
];

describe.each(CODECS)('the %s codec', (name, create) => {
  const codec = create(LIMIT);
  const repeated = (text: string, times: number): Buffer => Buffer.from(text.repeat(times));

  it('gives back what it packed, whatever it is', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 3_000 }).map((array) => Buffer.from(array)),
      fc
        .tuple(fc.string({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 6_000 }))
        .map(([text, times]) => Buffer.from(text.repeat(times)).subarray(0, LIMIT / 2)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (buffer) => {
        expect((await codec.decompress(await codec.compress({ buffer }))).equals(buffer)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('makes repetitive records smaller', async () => {
    const buffer = repeated('{"type":"page_viewed","url":"/pricing"}', 2_000);
    expect((await codec.compress({ buffer })).length).toBeLessThan(buffer.length / 4);
  });

  it('refuses what unpacks to more than the limit', async () => {
    const packed = await create(16 * LIMIT).compress({ buffer: repeated('x', 2 * LIMIT) });
    await expect(codec.decompress(packed)).rejects.toMatchObject({
      code: 'KAFKA_RECORD_TOO_LARGE',
      details: { codec: name, limit: LIMIT },
    });
  });

  it('rejects damaged bytes instead of making something up', async () => {
    const packed = await codec.compress({ buffer: repeated('0123456789', 500) });
    await expect(codec.decompress(packed.subarray(0, 3))).rejects.toThrow();
  });
});

describe('sizes read ahead', () => {
  it('are those of each snappy block in the Java framing', async () => {
    const codec = createSnappyCodec(LIMIT);
    const blocks = await Promise.all(
      ['a'.repeat(300), 'b'.repeat(70)].map((text) => codec.compress({ buffer: Buffer.from(text) })),
    );
    const framed = Buffer.concat([
      Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00, 0, 0, 0, 1, 0, 0, 0, 1]),
      ...blocks.flatMap((block) => [Buffer.from([0, 0, 0, block.length]), block]),
    ]);
    expect(snappyUnpackedBytes(framed)).toBe(370);
    expect((await codec.decompress(framed)).toString()).toBe('a'.repeat(300) + 'b'.repeat(70));
  });

  it.each([10, 300, 70_000])('are those a zstd frame names (%d bytes)', async (bytes) => {
    const packed = await createZstdCodec(LIMIT).compress({ buffer: Buffer.alloc(bytes, 'ab') });
    expect(zstdContentBytes(packed)).toBe(bytes);
  });

  it('are unknown for a zstd frame of a streaming producer and for other bytes', () => {
    expect(zstdContentBytes(Buffer.from('28b52ffd0058590000', 'hex'))).toBeUndefined();
    expect(zstdContentBytes(gzipSync('x'))).toBeUndefined();
  });
});
