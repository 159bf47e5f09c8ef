import { types } from 'avsc';

/** What of avsc's reader a map needs. */
interface Tap {
  readLong(): number;
  skipLong(): void;
  readString(): string;
}
interface MapReader {
  readonly valuesType: { _read(tap: Tap): unknown };
}

/**
 * avsc assigns the entries of a map one by one, by which the key `__proto__` is lost. Its types cannot be extended, so the
 * reading of all maps is replaced by one that keeps any key. May be repeated.
 */
export function keepAnyKey(): void {
  Object.assign(types.MapType.prototype, { _read: readMap });
}

function readMap(this: MapReader, tap: Tap): Record<string, unknown> {
  const entries: Record<string, unknown> = {};
  for (let count = tap.readLong(); count !== 0; count = tap.readLong()) {
    // A negative count is followed by the size of its block in bytes.
    if (count < 0) tap.skipLong();
    for (let left = Math.abs(count); left > 0; left -= 1) {
      const key = tap.readString();
      const value = this.valuesType._read(tap);
      if (key === '__proto__') Object.defineProperty(entries, key, { value, enumerable: true, writable: true });
      else entries[key] = value;
    }
  }
  return entries;
}
