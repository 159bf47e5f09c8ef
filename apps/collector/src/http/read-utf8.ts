import { isUtf8 } from 'node:buffer';

import { payloadInvalid } from '../intake/read-request';

/** The text of a body in UTF-8, its byte order mark left out. Throws SOURCE_PAYLOAD_INVALID for any other encoding. */
export function readUtf8(body: Buffer): string {
  if (!isUtf8(body)) throw payloadInvalid(`The body is not UTF-8: ${reasonOf(body)}. Send JSON in UTF-8`);
  if (hasUtf16Zeros(body)) throw payloadInvalid('The body looks like UTF-16. Send JSON in UTF-8');
  const hasMark = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
  return body.toString('utf8', hasMark ? 3 : 0);
}

/** JSON begins with two ASCII characters; in UTF-16 and UTF-32 one of the bytes around them is zero. */
const hasUtf16Zeros = (body: Buffer): boolean => body[0] === 0 || body[1] === 0;

function reasonOf(body: Buffer): string {
  const isUtf16 = (body[0] === 0xff && body[1] === 0xfe) || (body[0] === 0xfe && body[1] === 0xff);
  if (isUtf16 || hasUtf16Zeros(body)) return 'it looks like UTF-16';
  const at = firstBrokenByte(body);
  return `byte ${at} (0x${body.toString('hex', at, at + 1)}) does not belong there`;
}

/** Counted from 0. Decoding replaces what is broken, so that encoding again differs from there on. */
function firstBrokenByte(body: Buffer): number {
  const mended = Buffer.from(body.toString('utf8'), 'utf8');
  let at = 0;
  while (at < body.length && body[at] === mended[at]) at += 1;
  return Math.min(at, body.length - 1);
}
