import { createReadStream, createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Engine } from './engine';
import { badRequest, GatewayError, notImplemented } from './gateway-error';
import type { Scratch } from './scratch';

/** Decompressors Node has; the engine does the others. */
const BY_NODE = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const;
const BY_ENGINE = new Set(['lz4', 'zstd', 'xz', 'bz2']);

const isByNode = (encoding: string): encoding is keyof typeof BY_NODE => encoding in BY_NODE;

const unreadable = (error: unknown): GatewayError => {
  const reason = error instanceof Error ? error.message : String(error);
  return new GatewayError(354, 'ZLIB_INFLATE_FAILED', `The request body cannot be read: ${reason}`);
};

/** Lets the engine turn a compressed file into a plain one; the plain body is one value, so it must fit in memory. */
const decompressByEngine = async (
  request: IncomingMessage,
  encoding: string,
  engine: Engine,
  scratch: Scratch,
): Promise<Readable> => {
  const plain = scratch.newFile();
  await scratch.withFile(async (packed) => {
    await pipeline(request, createWriteStream(packed));
    const connection = engine.connect();
    try {
      const source = `file('${packed}', 'RawBLOB', 'body String', '${encoding}')`;
      await connection.run(`select body from ${source} into outfile '${plain}' format RawBLOB`, 'Null');
    } catch (error) {
      throw unreadable(error);
    } finally {
      connection.close();
    }
  });
  const stream = createReadStream(plain);
  stream.once('close', () => void scratch.remove(plain));
  return stream;
};

/** The request's body as plain bytes. */
export const openBody = async (request: IncomingMessage, engine: Engine, scratch: Scratch): Promise<Readable> => {
  const encoding = (request.headers['content-encoding'] ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return request;
  if (BY_ENGINE.has(encoding)) return decompressByEngine(request, encoding, engine, scratch);
  if (!isByNode(encoding)) throw notImplemented(`Content-Encoding ${encoding} is not supported`);
  const plain = BY_NODE[encoding]();
  // A client that hangs up must not leave the decompressor waiting.
  pipeline(request, plain).catch(() => undefined);
  return plain;
};

/** A statement longer than this, data aside, is refused. */
const LONGEST_STATEMENT = 64 * 1024 * 1024;

/** Reads a stream in two steps: some bytes to look at, then the rest. */
export class BodyReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #head: Buffer = Buffer.alloc(0);
  #isComplete = false;

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Nothing is left beyond what was peeked. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** More than `bytes` from the start, or all there is. */
  async peek(bytes: number): Promise<Buffer> {
    const parts = [this.#head];
    let { length } = this.#head;
    while (!this.#isComplete && length <= bytes) {
      const part = await this.#next();
      if (part) parts.push(part);
      length += part?.length ?? 0;
    }
    this.#head = Buffer.concat(parts);
    return this.#head;
  }

  async readAll(): Promise<Buffer> {
    const all = await this.peek(LONGEST_STATEMENT);
    if (!this.#isComplete) throw badRequest(`The statement is longer than ${LONGEST_STATEMENT} bytes`);
    return all;
  }

  /** `before` and everything after the first `skip` bytes to a file; returns the bytes written. Memory stays bounded. */
  async writeTo(file: string, before: Buffer, skip: number): Promise<number> {
    let bytes = 0;
    const parts = async function* (this: BodyReader): AsyncGenerator<Buffer> {
      yield before;
      yield this.#head.subarray(skip);
      for (let part = await this.#next(); part; part = await this.#next()) yield part;
    }.bind(this);
    const counted = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const part of source) {
        bytes += part.length;
        if (part.length > 0) yield part;
      }
    };
    await pipeline(parts, counted, createWriteStream(file));
    return bytes;
  }

  async #next(): Promise<Buffer | undefined> {
    if (this.#isComplete) return undefined;
    try {
      const { value, done } = await this.#chunks.next();
      if (done) this.#isComplete = true;
      return done ? undefined : value;
    } catch (error) {
      throw unreadable(error);
    }
  }
}
