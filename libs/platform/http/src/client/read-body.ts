import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

const DECODERS: ReadonlyMap<string, () => NodeJS.ReadWriteStream> = new Map<string, () => NodeJS.ReadWriteStream>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

export interface ReadBody {
  readonly text: string;
  /** There was more: the connection is dropped, nothing more is read or decompressed. */
  readonly isCut: boolean;
}

/**
 * Reads a body as UTF-8, at most `maxBytes` of it, counted as they are decompressed: a bomb costs no more than an honest
 * answer. Throws for an encoding that is not read, for a damaged or truncated body, and for a connection that breaks.
 */
export async function readBody(body: Readable, encoding: string, maxBytes: number): Promise<ReadBody> {
  // Undici raises an error on a body that is left half read.
  body.on('error', () => undefined);
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return readStream(body, maxBytes);
  const decoder = DECODERS.get(name)?.();
  if (decoder === undefined) {
    body.destroy();
    throw new Error(`The answer is encoded as ${JSON.stringify(name.slice(0, 40))}, which is not read`);
  }
  let isEmpty = true;
  const noted = async function* (parts: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    for await (const part of parts) {
      isEmpty = false;
      yield part;
    }
  };
  // Failures of any stage reach who reads the last one.
  const stream = pipeline(body, noted, decoder, () => undefined);
  return readStream(stream, maxBytes).catch((error: unknown) => {
    // A 204 may name an encoding all the same, and no bytes are not a truncated body.
    if (isEmpty && body.readableEnded) return { text: '', isCut: false };
    throw error;
  });
}

async function readStream(stream: NodeJS.ReadableStream, maxBytes: number): Promise<ReadBody> {
  const parts: Buffer[] = [];
  let left = maxBytes;
  for await (const part of stream as AsyncIterable<Buffer>) {
    parts.push(part.subarray(0, left));
    left -= part.length;
    // Leaving the loop destroys the stream, and with it the connection.
    if (left < 0) break;
  }
  return { text: Buffer.concat(parts).toString('utf8'), isCut: left < 0 };
}
