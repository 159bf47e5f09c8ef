import { isUtf8 } from 'node:buffer';

import { refuseRequest, type RefusedRequest } from '../source';
import { explainJsonError } from './explain-json-error';
import { readJson } from './read-json';

/** What a body in UTF-8, with or without a byte order mark, holds, read so that no value changes; or why it cannot be read. */
export function readJsonBody(body: Buffer): { readonly ok: true; readonly value: unknown } | RefusedRequest {
  if (body.length === 0) return refuseRequest(400, 'The body is empty');
  const problem = encodingProblem(body);
  if (problem !== null) return refuseRequest(400, problem);
  const hasMark = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
  const text = body.toString('utf8', hasMark ? 3 : 0);
  try {
    return { ok: true, value: readJson(text) };
  } catch (cause) {
    if (cause instanceof RangeError) return refuseRequest(400, 'The body is nested too deeply');
    return refuseRequest(400, `The body is not valid JSON: ${explainJsonError(text, cause)}`);
  }
}

function encodingProblem(body: Buffer): string | null {
  if (!isUtf8(body)) return `The body is not UTF-8: ${reasonOf(body)}. Send JSON in UTF-8`;
  return hasUtf16Zeros(body) ? 'The body looks like UTF-16. Send JSON in UTF-8' : null;
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
