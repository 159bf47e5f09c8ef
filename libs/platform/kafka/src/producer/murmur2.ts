const SEED = 0x9747b28c;
const MIX = 0x5bd1e995;

/**
 * Kafka's hash of a key: MurmurHash2 of 32 bits with the seed of the Java client (`Utils.murmur2`), as a signed number.
 * kafkajs computes the same with 64-bit objects, which cost more than encoding the record.
 */
export function murmur2(data: Uint8Array): number {
  const length = data.length;
  const whole = length & ~3;
  let hash = SEED ^ length;
  for (let at = 0; at < whole; at += 4) {
    let word = wordAt(data, at);
    word = Math.imul(word, MIX);
    word = Math.imul(word ^ (word >>> 24), MIX);
    hash = Math.imul(hash, MIX) ^ word;
  }
  if (whole < length) hash = Math.imul(hash ^ wordAt(data, whole), MIX);
  hash = Math.imul(hash ^ (hash >>> 13), MIX);
  return hash ^ (hash >>> 15);
}

/** Little-endian; what lies beyond the end is zero. */
const wordAt = (data: Uint8Array, at: number): number =>
  (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16) | ((data[at + 3] ?? 0) << 24);
