import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  type BrotliCompress,
  type Deflate,
  type Gzip,
} from 'node:zlib';
import { waitUntil } from '../supervisor/wait-until';
import { contentTypeOf } from './formats';
import { codeOf, statusOf, toMessage } from './gateway-error';

/** What is known of a statement's work; unknown counts stay out and are answered as 0. */
export interface Summary {
  readRows?: number;
  readBytes?: number;
  writtenRows?: number;
  writtenBytes?: number;
}

/** Time for a client to decompress and read what it has, the exception block at its end, before the connection breaks. */
const CUT_MS = 1_000;
const LONGEST_CUT_MS = 30_000;

const NOTHING = new Uint8Array(0);

type Compressor = Gzip | Deflate | BrotliCompress;

/** Level 1: on this machine the network is faster than a better level. */
const COMPRESSORS: Readonly<Record<string, () => Compressor>> = {
  gzip: () => createGzip({ level: 1 }),
  deflate: () => createDeflate({ level: 1 }),
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
};

/** One answer: its head goes out with the first byte, so that an error before it still is a proper status. */
export class Answer {
  readonly #response: ServerResponse;
  readonly #startedAt = performance.now();
  /** The first codec the client accepts that Node has. */
  readonly #encoding: string | undefined;
  readonly #exceptionTag = randomBytes(8).toString('hex');
  #compressor: Compressor | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, { acceptsCompression = false }) {
    this.#response = response;
    const accepted = String(request.headers['accept-encoding'] ?? '').toLowerCase();
    this.#encoding = acceptsCompression ? Object.keys(COMPRESSORS).find((name) => accepted.includes(name)) : undefined;
  }

  get isClosed(): boolean {
    return this.#response.destroyed;
  }

  /** A whole answer that is in memory. */
  send(bytes: Uint8Array, format: string, summary: Summary): void {
    this.#setSummary(summary);
    if (bytes.length === 0) {
      this.sendNothing(format, summary);
      return;
    }
    this.#open(format).end(bytes);
  }

  sendNothing(format: string, summary: Summary): void {
    this.#setSummary(summary);
    this.#writeHead(format);
    this.#response.end(NOTHING);
  }

  /** One more piece; waits while the client reads slowly. */
  async write(bytes: Uint8Array, format: string): Promise<void> {
    const sink = this.#response.headersSent ? (this.#compressor ?? this.#response) : this.#open(format);
    if (!sink.write(bytes)) await Promise.race([once(sink, 'drain'), once(this.#response, 'close')]);
  }

  end(format: string): void {
    if (this.#response.headersSent) (this.#compressor ?? this.#response).end();
    else this.sendNothing(format, {});
  }

  async sendFile(file: string, format: string, summary: Summary): Promise<void> {
    this.#setSummary(summary);
    await pipeline(createReadStream(file), this.#open(format));
  }

  /** A status while there is time for one; after that ClickHouse's exception block and a connection cut short. */
  fail(error: unknown): void {
    const message = toMessage(error);
    if (!this.#response.headersSent) {
      const code = codeOf(message);
      this.#response.writeHead(statusOf(code), {
        'Content-Type': 'text/plain; charset=UTF-8',
        'X-ClickHouse-Exception-Code': String(code),
      });
      this.#response.end(`${message}\n`);
      return;
    }
    const tag = this.#exceptionTag;
    const length = Buffer.byteLength(message) + 1;
    (this.#compressor ?? this.#response).write(
      `\r\n__exception__\r\n${tag}\r\n${message}\n${length} ${tag}\r\n__exception__\r\n`,
    );
    this.#compressor?.flush(() => undefined);
    void this.#cut();
  }

  /** Never ended properly: a client that does not know the block must not take the answer for complete. */
  async #cut(): Promise<void> {
    const isSent = (): boolean =>
      this.isClosed || (this.#compressor?.readableLength ?? 0) + this.#response.writableLength === 0;
    await sleep(CUT_MS);
    await waitUntil(isSent, { timeoutMs: LONGEST_CUT_MS });
    this.#response.destroy();
  }

  #open(format: string): Writable {
    const create = COMPRESSORS[this.#encoding ?? ''];
    this.#writeHead(format, create ? this.#encoding : undefined);
    if (!create) return this.#response;
    this.#compressor = create();
    // The client hanging up ends the response; the compressor in front of it has nobody left to serve.
    pipeline(this.#compressor, this.#response).catch(() => undefined);
    return this.#compressor;
  }

  #writeHead(format: string, encoding?: string): void {
    this.#response.writeHead(200, {
      'Content-Type': contentTypeOf(format),
      'X-ClickHouse-Format': format,
      'X-ClickHouse-Exception-Tag': this.#exceptionTag,
      ...(encoding ? { 'Content-Encoding': encoding } : {}),
    });
  }

  #setSummary({ readRows = 0, readBytes = 0, writtenRows = 0, writtenBytes = 0 }: Summary): void {
    const counts = {
      read_rows: readRows,
      read_bytes: readBytes,
      written_rows: writtenRows,
      written_bytes: writtenBytes,
      total_rows_to_read: 0,
      result_rows: 0,
      result_bytes: 0,
      elapsed_ns: Math.round((performance.now() - this.#startedAt) * 1e6),
    };
    const asText = Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, String(value)]));
    this.#response.setHeader('X-ClickHouse-Summary', JSON.stringify(asText));
  }
}
