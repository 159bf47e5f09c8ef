/** Writes a whole number of 0 to 2^53 as zigzag varint; needs up to nine bytes of room. Returns the position behind it. */
export function writeLong(target: Uint8Array, position: number, value: number): number {
  let at = position;
  let rest = value;
  if (rest >= 0x40000000) {
    // Zigzag of a number that is not negative doubles it: kept as a double until it fits 31 bits.
    rest *= 2;
    while (rest >= 0x80000000) {
      target[at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
  } else {
    rest <<= 1;
    if (rest < 0) rest >>>= 0;
  }
  while (rest >= 0x80) {
    target[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[at++] = rest;
  return at;
}
