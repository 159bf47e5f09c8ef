import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliCompress, createDeflate, createGzip, constants } from 'node:zlib';
import { contentTypeOf } from './formats';
import type { RequestOptions } from './options';

export interface Summary {
  readRows?: number;
  readBytes?: number;
  writtenRows?: number;
  writtenBytes?: number;
  startedAt: number;
}

const summaryHeader = ({
  readRows = 0,
  readBytes = 0,
  writtenRows = 0,
  writtenBytes = 0,
  startedAt,
}: Summary): string =>
  JSON.stringify({
    read_rows: String(readRows),
    read_bytes: String(readBytes),
    written_rows: String(writtenRows),
    written_bytes: String(writtenBytes),
    total_rows_to_read: '0',
    result_rows: '0',
    result_bytes: '0',
    elapsed_ns: String(Math.round((performance.now() - startedAt) * 1e6)),
  });

/** The first of the codecs Node has that the client accepts. */
const chooseEncoding = (
  request: IncomingMessage,
  options: RequestOptions,
): { name: string; create: () => Transform } | undefined => {
  if (!options.acceptsCompression) return undefined;
  const accepted = String(request.headers['accept-encoding'] ?? '').toLowerCase();
  if (accepted.includes('gzip')) return { name: 'gzip', create: () => createGzip({ level: 1 }) };
  if (accepted.includes('deflate')) return { name: 'deflate', create: () => createDeflate({ level: 1 }) };
  if (accepted.includes('br'))
    return { name: 'br', create: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }) };
  return undefined;
};

/** One answer: headers go out with the first byte, so an error before it is still a proper status. */
export class Answer {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: RequestOptions;
  #sink: Writable | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, options: RequestOptions) {
    this.#request = request;
    this.#response = response;
    this.#options = options;
  }

  get isClosed(): boolean {
    return this.#response.destroyed || this.#response.closed;
  }

  /** A short or empty answer in one piece. */
  send(bytes: Uint8Array, format: string, summary?: Summary): void {
    if (summary) this.#response.setHeader('X-ClickHouse-Summary', summaryHeader(summary));
    const encoding = bytes.length > 0 ? chooseEncoding(this.#request, this.#options) : undefined;
    this.#writeHead(format, encoding?.name);
    if (!encoding) {
      this.#response.end(bytes);
      return;
    }
    const compressor = encoding.create();
    compressor.pipe(this.#response);
    compressor.end(bytes);
  }

  /** One more piece; waits while the client reads slowly. */
  async write(bytes: Uint8Array, format: string): Promise<void> {
    this.#sink ??= this.#open(format);
    if (!this.#sink.write(bytes)) await Promise.race([once(this.#sink, 'drain'), once(this.#response, 'close')]);
  }

  end(format: string): void {
    this.#sink ??= this.#open(format);
    this.#sink.end();
  }

  async sendFile(file: string, format: string): Promise<void> {
    await pipeline(createReadStream(file), this.#open(format));
  }

  #open(format: string): Writable {
    const encoding = chooseEncoding(this.#request, this.#options);
    this.#writeHead(format, encoding?.name);
    if (!encoding) return this.#response;
    const compressor = encoding.create();
    // The client hanging up ends the response; the compressor in front of it has nobody left to serve.
    pipeline(compressor, this.#response).catch(() => undefined);
    return compressor;
  }

  #writeHead(format: string, encoding: string | undefined): void {
    const response = this.#response;
    response.setHeader('Content-Type', contentTypeOf(format));
    response.setHeader('X-ClickHouse-Format', format);
    if (encoding) response.setHeader('Content-Encoding', encoding);
    response.writeHead(200);
  }
}

export const emptyBytes = new Uint8Array(0);
