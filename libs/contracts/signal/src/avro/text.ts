import { isUtf8 } from 'node:buffer';

const HIGH_BITS = 0x80808080 | 0;

/** The view of the buffer that was asked for last: records come by the thousand from the same one. */
let viewed: Uint8Array | undefined;
let view: DataView = new DataView(new ArrayBuffer(0));

/** A view of all its bytes; for the same buffer as last time the same. */
export function viewOf(bytes: Uint8Array): DataView {
  if (bytes !== viewed) {
    viewed = bytes;
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  return view;
}

/**
 * True when `bytes[start, end)` is UTF-8. Most text is ASCII, for which four bytes at a time are quicker than a call into
 * native code; the last four may overlap those before.
 */
export function isText(bytes: Uint8Array, start: number, end: number): boolean {
  const words = viewOf(bytes);
  const last = end - 4;
  let at = start;
  let high = 0;
  for (; at < last; at += 4) high |= words.getInt32(at, true);
  if (last >= start) high |= words.getInt32(last, true);
  else for (; at < end; at++) high |= (bytes[at] as number) << 24;
  return (high & HIGH_BITS) === 0 || isUtf8(bytes.subarray(start, end));
}
