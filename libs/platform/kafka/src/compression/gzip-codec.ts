import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { KafkaCodec } from './codec';
import { assertWithinLimit } from './size-limit';

const pack = promisify<Buffer, Buffer>(gzip);

export function createGzipCodec(limit: number): KafkaCodec {
  return {
    compress: ({ buffer }) => pack(buffer),
    decompress: (buffer) =>
      new Promise((resolve, reject) => {
        gunzip(buffer, { maxOutputLength: limit }, (error, unpacked) => {
          if (error === null) return resolve(unpacked);
          if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return reject(error);
          try {
            assertWithinLimit('gzip', Infinity, limit);
          } catch (tooLarge) {
            reject(tooLarge as Error);
          }
        });
      }),
  };
}
