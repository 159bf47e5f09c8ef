import type { AvroNode } from './avro-node';
import { readLong, skipLong, type LongHolder } from './read-long';
import { isText } from './text';

/** Where a body's value of one schema node ends when it starts at `position`, or -1 when the bytes hold no such value. */
export type Step = (bytes: Uint8Array, position: number, end: number, state: WalkState) => number;

export interface WalkState extends LongHolder {
  depth: number;
}

/** Nested values of a recursive schema: as deep as a hostile body may send the walk. */
const DEEPEST = 100;
/** Items that take no bytes are the one count that cannot be held against what is left of the body. */
const MOST_EMPTY_ITEMS = 10_000;
const MAX_INT = 0x7fffffff;

/** Compiles the walk over one node. `asText`: its strings are read as text, so they must be UTF-8. */
export function compileStep(node: AvroNode, asText: boolean): Step {
  return compile(node, asText, new Map());
}

function compile(node: AvroNode, asText: boolean, open: Map<AvroNode, Step>): Step {
  const outer = open.get(node);
  if (outer !== undefined) return outer;
  switch (node.kind) {
    case 'null':
      return (_bytes, position) => position;
    case 'boolean':
      return skipBoolean;
    case 'int':
      return skipInt;
    case 'long':
      return skipLong;
    case 'float':
      return skipBytes(4);
    case 'double':
      return skipBytes(8);
    case 'bytes':
    case 'string':
      return asText ? skipText : skipLengthPrefixed;
    case 'fixed':
      return skipBytes(node.size);
    case 'enum':
      return skipIndexBelow(node.symbols.length);
    case 'array':
      return skipBlocks(compile(node.items, asText, open));
    case 'map':
      return skipBlocks(sequence([asText ? skipText : skipLengthPrefixed, compile(node.values, asText, open)]));
    case 'union':
      return choice(node.branches.map((branch) => compile(branch, asText, open)));
    case 'record': {
      // A recursive field refers to this record before its walk exists.
      const known: { walk?: Step } = {};
      open.set(node, (bytes, position, end, state) => {
        if (++state.depth > DEEPEST) return -1;
        const next = (known.walk as Step)(bytes, position, end, state);
        state.depth--;
        return next;
      });
      const walk = sequence(node.fields.map((field) => compile(field.type, asText, open)));
      known.walk = walk;
      open.delete(node);
      return walk;
    }
  }
}

function skipBoolean(bytes: Uint8Array, position: number, end: number): number {
  return position < end && (bytes[position] as number) <= 1 ? position + 1 : -1;
}

function skipInt(bytes: Uint8Array, position: number, end: number, state: WalkState): number {
  const next = readLong(bytes, position, end, state);
  return state.long > MAX_INT || state.long < -MAX_INT - 1 ? -1 : next;
}

function skipBytes(size: number): Step {
  return (_bytes, position, end) => (position + size <= end ? position + size : -1);
}

export function skipLengthPrefixed(bytes: Uint8Array, position: number, end: number, state: WalkState): number {
  const start = readLong(bytes, position, end, state);
  if (start < 0) return -1;
  const length = state.long;
  return length >= 0 && length <= end - start ? start + length : -1;
}

/** Length-prefixed UTF-8. */
export function skipText(bytes: Uint8Array, position: number, end: number, state: WalkState): number {
  const next = skipLengthPrefixed(bytes, position, end, state);
  return next < 0 || isText(bytes, next - state.long, next) ? next : -1;
}

function skipIndexBelow(count: number): Step {
  return (bytes, position, end, state) => {
    const next = readLong(bytes, position, end, state);
    return state.long >= 0 && state.long < count ? next : -1;
  };
}

function sequence(steps: readonly Step[]): Step {
  const count = steps.length;
  return (bytes, position, end, state) => {
    let at = position;
    for (let index = 0; index < count; index++) {
      at = (steps[index] as Step)(bytes, at, end, state);
      if (at < 0) return -1;
    }
    return at;
  };
}

function choice(branches: readonly Step[]): Step {
  return (bytes, position, end, state) => {
    const next = readLong(bytes, position, end, state);
    if (next < 0) return -1;
    const branch = branches[state.long];
    return branch === undefined ? -1 : branch(bytes, next, end, state);
  };
}

/** Arrays and maps: blocks of items; a negative count is followed by the block's size in bytes, which must be true. */
function skipBlocks(item: Step): Step {
  return (bytes, position, end, state) => {
    let at = position;
    let emptyItems = 0;
    for (;;) {
      at = readLong(bytes, at, end, state);
      if (at < 0) return -1;
      let count = state.long;
      if (count === 0) return at;
      let blockEnd = -1;
      if (count < 0) {
        count = -count;
        at = readLong(bytes, at, end, state);
        if (at < 0 || state.long < 0 || state.long > end - at) return -1;
        blockEnd = at + state.long;
      }
      for (; count > 0; count--) {
        const next = item(bytes, at, end, state);
        if (next < 0 || (next === at && ++emptyItems > MOST_EMPTY_ITEMS)) return -1;
        at = next;
      }
      if (blockEnd >= 0 && at !== blockEnd) return -1;
    }
  };
}
