import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';

import { MillraceError } from '@millrace/platform-errors';

const gunzipAsync = promisify(gunzip);
const inflateAsync = promisify(inflate);

/** Undoes the content encoding; stops inflating at `mostBytes` and throws PAYLOAD_TOO_LARGE. */
export async function decompress(body: Buffer, encoding: string | undefined, mostBytes: number): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  try {
    if (name === '' || name === 'identity') return body;
    if (name === 'gzip' || name === 'x-gzip') return await gunzipAsync(body, { maxOutputLength: mostBytes });
    if (name === 'deflate') return await inflateAsync(body, { maxOutputLength: mostBytes });
  } catch (cause) {
    throw problemOf(cause, name, mostBytes);
  }
  throw new MillraceError(`Content-Encoding ${name} is not supported: use gzip, deflate or none`, {
    code: 'SOURCE_PAYLOAD_INVALID',
    actor: 'producer',
  });
}

function problemOf(cause: unknown, encoding: string, mostBytes: number): MillraceError {
  const isTooLarge = (cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
  if (isTooLarge) return tooLarge(mostBytes, cause);
  return new MillraceError(`The body is not valid ${encoding}`, {
    code: 'SOURCE_PAYLOAD_INVALID',
    actor: 'producer',
    cause,
  });
}

const tooLarge = (mostBytes: number, cause: unknown): MillraceError =>
  new MillraceError(`The body has more than ${mostBytes} bytes after decompression`, {
    code: 'PAYLOAD_TOO_LARGE',
    actor: 'producer',
    cause,
    advice: 'Send smaller batches',
  });
