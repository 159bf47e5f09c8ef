import { createReadStream, createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
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

/** Lets the engine turn a compressed file into a plain one: one value, so the plain body must fit in memory. */
const decompressByEngine = async (
  request: IncomingMessage,
  encoding: string,
  engine: Engine,
  scratch: Scratch,
): Promise<Readable> => {
  const packed = scratch.newFile();
  const plain = scratch.newFile();
  const connection = engine.connect();
  try {
    await pipeline(request, createWriteStream(packed));
    const source = `file('${packed}', 'RawBLOB', 'body String', '${encoding}')`;
    await connection.run(`select body from ${source} into outfile '${plain}' format RawBLOB`, 'Null');
    const stream = createReadStream(plain);
    stream.once('close', () => scratch.remove(plain));
    return stream;
  } finally {
    connection.close();
    scratch.remove(packed);
  }
};

/** The request's body as plain bytes. */
export const openBody = async (request: IncomingMessage, engine: Engine, scratch: Scratch): Promise<Readable> => {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (request.headers['content-type']?.startsWith('multipart/'))
    throw notImplemented('Multipart bodies (external tables, multipart parameters) are not supported');
  if (encoding === 'identity' || encoding === '') return request;
  if (isByNode(encoding)) {
    const plain = BY_NODE[encoding]();
    request.once('error', (error) => plain.destroy(error));
    return request.pipe(plain);
  }
  if (BY_ENGINE.has(encoding)) return decompressByEngine(request, encoding, engine, scratch);
  throw notImplemented(`Content-Encoding ${encoding} is not supported`);
};

/** A statement longer than this, data aside, is refused. */
const LONGEST_STATEMENT = 64 * 1024 * 1024;

/** Reads a stream in two steps: some bytes to look at, then the rest. */
export class BodyReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #head: Buffer = Buffer.alloc(0);
  #isDone = false;

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** At least `bytes` from the start, or all there is. */
  async peek(bytes: number): Promise<Buffer> {
    const parts = [this.#head];
    let length = this.#head.length;
    while (!this.#isDone && length < bytes) {
      const part = await this.#next();
      if (part) parts.push(part);
      length += part?.length ?? 0;
    }
    this.#head = Buffer.concat(parts);
    return this.#head;
  }

  get isComplete(): boolean {
    return this.#isDone;
  }

  async readAll(): Promise<Buffer> {
    const all = await this.peek(LONGEST_STATEMENT);
    if (!this.#isDone) throw badRequest(`The statement is longer than ${LONGEST_STATEMENT} bytes`);
    return all;
  }

  /** Everything after the first `skip` bytes of the peeked head, with `before` in front, to a file; returns the bytes written. */
  async writeTo(file: string, before: Buffer, skip: number): Promise<number> {
    let bytes = 0;
    const rest = async function* (this: BodyReader): AsyncGenerator<Buffer> {
      yield before;
      yield this.#head.subarray(skip);
      for (let part = await this.#next(); part; part = await this.#next()) yield part;
    }.bind(this);
    const count = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const part of source) {
        bytes += part.length;
        if (part.length > 0) yield part;
      }
    };
    await pipeline(rest, count, createWriteStream(file));
    return bytes;
  }

  async #next(): Promise<Buffer | undefined> {
    if (this.#isDone) return undefined;
    try {
      const { value, done } = await this.#chunks.next();
      if (done) this.#isDone = true;
      return done ? undefined : value;
    } catch (error) {
      throw new GatewayError(
        354,
        'ZLIB_INFLATE_FAILED',
        `The request body cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
