import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { refused } from './columns';

type Bytes = AsyncIterable<Uint8Array>;

/** Zip archives begin with it, and so do the workbooks of spreadsheets. */
const ZIP = Buffer.from('PK\u0003\u0004');

/** Bytes of a file to its text: gzip of any number of members, UTF-8 or UTF-16 with or without a byte order mark. */
export async function* readText(source: Bytes): AsyncGenerator<string> {
  const { head, all } = await peek(source, 4);
  if (Buffer.from(head).equals(ZIP)) {
    throw refused(
      'not_a_text',
      'The file is a zip archive, as an Excel workbook (.xlsx) is',
      'Save the sheet as "CSV UTF-8"',
    );
  }
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  yield* decode(isGzip ? gunzip(all) : all);
}

async function* gunzip(source: Bytes): AsyncGenerator<Uint8Array> {
  let given = 0;
  const counted = async function* (): Bytes {
    for await (const chunk of source) {
      given += chunk.length;
      yield chunk;
    }
  };
  const stream = createGunzip();
  // The error of the source arrives at whoever reads the stream.
  pipeline(Readable.from(counted(), { objectMode: false }), stream, () => undefined);
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'Z_BUF_ERROR') {
      throw refused('truncated_gzip', 'The gzip file ends too early', 'Download or compress it again');
    }
    if (String((error as { code?: unknown }).code).startsWith('Z_')) {
      throw refused('broken_gzip', `The gzip file is broken: ${(error as Error).message}`, 'Compress it again');
    }
    throw error;
  }
  if (stream.bytesWritten < given) {
    throw refused('trailing_garbage', 'Something follows the end of the gzip file', 'Compress it again');
  }
}

async function* decode(source: Bytes): AsyncGenerator<string> {
  const { head, all } = await peek(source, 4);
  const decoder = new TextDecoder(encodingOf(head), { fatal: true });
  try {
    for await (const chunk of all) {
      const text = decoder.decode(chunk, { stream: true });
      if (text !== '') yield text;
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    throw refused('not_utf8', `The file is not ${decoder.encoding}`, 'Save it as "CSV UTF-8"');
  }
}

/** By the byte order mark, else by the zero that UTF-16 has in every second byte of a Latin header. */
function encodingOf(head: Uint8Array): string {
  const [first, second] = head;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'utf-16be';
  return 'utf-8';
}

/** The first bytes, and all of them again. */
async function peek(source: Bytes, count: number): Promise<{ head: Uint8Array; all: Bytes }> {
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < count) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
    length += next.value.length;
  }
  const all = async function* (): Bytes {
    yield* chunks;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  return { head: Buffer.concat(chunks).subarray(0, count), all: all() };
}
