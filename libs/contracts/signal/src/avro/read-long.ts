import { toMillis } from './time-unit';

/** Where a reader leaves the value it has read; it returns the next position, or -1. */
export interface LongHolder {
  long: number;
}

/** A varint has at most ten bytes, and of the tenth only the lowest bit. */
const LONGEST_VARINT = 10;

/** Skips a zigzag varint. Returns the position behind it, or -1 when it is cut off or too long. */
export function skipLong(bytes: Uint8Array, position: number, end: number): number {
  if (position < end && (bytes[position] as number) < 0x80) return position + 1;
  const limit = position + LONGEST_VARINT;
  for (let at = position; at < end && at < limit; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x80) return at === limit - 1 && byte > 1 ? -1 : at + 1;
  }
  return -1;
}

/** Reads a zigzag varint into `holder.long`; inexact beyond 2^53. Returns the position behind it, or -1. */
export function readLong(bytes: Uint8Array, position: number, end: number, holder: LongHolder): number {
  let at = position;
  let low = 0;
  // Whole-number arithmetic for the first four bytes and the four behind them: times and lengths have no more.
  for (let shift = 0; shift < 28; shift += 7) {
    if (at >= end) return -1;
    const byte = bytes[at++] as number;
    low |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      holder.long = (low >>> 1) ^ -(low & 1);
      return at;
    }
  }
  let high = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    if (at >= end) return -1;
    const byte = bytes[at++] as number;
    high |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      const magnitude = high * 0x8000000 + (low >>> 1);
      holder.long = (low & 1) === 0 ? magnitude : -magnitude - 1;
      return at;
    }
  }
  return readLongest(bytes, position, end, holder);
}

function readLongest(bytes: Uint8Array, position: number, end: number, holder: LongHolder): number {
  const next = skipLong(bytes, position, end);
  if (next < 0) return -1;
  const first = bytes[position] as number;
  // The lowest bit is the sign; the rest is gathered without it, so that exact longs stay exact.
  let magnitude = 0;
  for (let at = next - 1; at > position; at--) magnitude = magnitude * 128 + ((bytes[at] as number) & 0x7f);
  magnitude = magnitude * 64 + ((first & 0x7f) >>> 1);
  holder.long = (first & 1) === 0 ? magnitude : -magnitude - 1;
  return next;
}

/** Reads a count of `unit` a millisecond as whole milliseconds towards the past, exactly. Returns as `readLong` does. */
export function readMillis(bytes: Uint8Array, position: number, end: number, holder: LongHolder, unit: number): number {
  const next = skipLong(bytes, position, end);
  if (next < 0) return -1;
  let zigzag = 0n;
  for (let at = next - 1; at >= position; at--) zigzag = zigzag * 128n + BigInt((bytes[at] as number) & 0x7f);
  const value = (zigzag >> 1n) ^ -(zigzag & 1n);
  holder.long = Number(toMillis(value, unit));
  return next;
}
