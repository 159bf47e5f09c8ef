import type { Type, types } from 'avsc';

/** Returns where a value that starts at `at` ends, or -1 when the bytes cannot hold such a value. */
export type AvroWalk = (bytes: Buffer, at: number) => number;

/**
 * A walk over encoded values of a type, checking that every length and block count fits in the bytes that are there.
 * avsc itself does not: a map that claims 2^40 entries keeps it busy for ever.
 */
export function compileAvroWalk(type: Type): AvroWalk {
  return compile(type, new Map());
}

function compile(type: Type, named: Map<Type, AvroWalk>): AvroWalk {
  const known = named.get(type);
  if (known !== undefined) return known;
  // A recursive type refers to itself before its walk exists.
  named.set(type, (bytes, at) => walk(bytes, at));
  const walk = build(type, named);
  named.set(type, walk);
  return walk;
}

function build(type: Type, named: Map<Type, AvroWalk>): AvroWalk {
  switch (type.typeName) {
    case 'null':
      return (_bytes, at) => at;
    case 'boolean':
      return fixedBytes(1);
    case 'int':
    case 'long':
      return skipVarint;
    case 'float':
      return fixedBytes(4);
    case 'double':
      return fixedBytes(8);
    case 'bytes':
    case 'string':
      return skipLengthPrefixed;
    case 'fixed':
      return fixedBytes((type as types.FixedType).size);
    case 'enum':
      return indexBelow((type as types.EnumType).symbols.length);
    case 'record':
    case 'error':
      return sequence((type as types.RecordType).fields.map((field) => compile(field.type, named)));
    case 'array':
      return blocks(compile((type as types.ArrayType).itemsType, named));
    case 'map':
      return blocks(sequence([skipLengthPrefixed, compile((type as types.MapType).valuesType, named)]));
    case 'union:unwrapped':
    case 'union:wrapped':
      return union((type as types.UnwrappedUnionType).types.map((branch) => compile(branch, named)));
    default:
      if (type.typeName.startsWith('logical:')) {
        return compile((type as types.LogicalType).underlyingType, named);
      }
      throw new Error(`No walk for Avro type ${type.typeName}`);
  }
}

function fixedBytes(size: number): AvroWalk {
  return (bytes, at) => (at + size <= bytes.length ? at + size : -1);
}

/** At most ten bytes, as a 64-bit value takes. */
function skipVarint(bytes: Buffer, at: number): number {
  const last = Math.min(bytes.length, at + 10);
  for (let i = at; i < last; i++) if ((bytes[i] as number) < 0x80) return i + 1;
  return -1;
}

function skipLengthPrefixed(bytes: Buffer, at: number): number {
  const start = skipVarint(bytes, at);
  if (start < 0) return -1;
  const length = readVarint(bytes, at);
  return length >= 0 && length <= bytes.length - start ? start + length : -1;
}

function indexBelow(count: number): AvroWalk {
  return (bytes, at) => {
    const end = skipVarint(bytes, at);
    if (end < 0) return -1;
    const index = readVarint(bytes, at);
    return index >= 0 && index < count ? end : -1;
  };
}

function sequence(walks: readonly AvroWalk[]): AvroWalk {
  return (bytes, at) => {
    let position = at;
    for (const walk of walks) {
      position = walk(bytes, position);
      if (position < 0) return -1;
    }
    return position;
  };
}

function union(walks: readonly AvroWalk[]): AvroWalk {
  return (bytes, at) => {
    const end = skipVarint(bytes, at);
    if (end < 0) return -1;
    const walk = walks[readVarint(bytes, at)];
    return walk === undefined ? -1 : walk(bytes, end);
  };
}

/** Items that take no bytes (nulls) are the one case where a count cannot be checked against what is left. */
const MOST_EMPTY_ITEMS = 100_000;

function blocks(item: AvroWalk): AvroWalk {
  return (bytes, at) => {
    let position = at;
    let emptyItems = 0;
    for (;;) {
      const count = readVarint(bytes, position);
      position = skipVarint(bytes, position);
      if (position < 0) return -1;
      if (count === 0) return position;
      let left = count;
      if (count < 0) {
        left = -count;
        position = skipVarint(bytes, position);
        if (position < 0) return -1;
      }
      for (; left > 0; left--) {
        const end = item(bytes, position);
        if (end < 0) return -1;
        if (end === position && ++emptyItems > MOST_EMPTY_ITEMS) return -1;
        position = end;
      }
    }
  };
}

/** A zigzag varint as a number; exact up to 2^53, which is far beyond any length that could fit. */
function readVarint(bytes: Buffer, at: number): number {
  let value = 0;
  let scale = 1;
  for (let i = at; i < bytes.length && i < at + 10; i++) {
    const byte = bytes[i] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
    scale *= 128;
  }
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
