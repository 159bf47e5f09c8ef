import { IDENTITY_FIELDS, SIGNAL_FIELDS } from '../signal';
import type { AvroNode, RecordNode } from './avro-node';
import type { BodyFacts } from './body-facts';
import { compileStep, type Step } from './compile-step';
import { readLong, readMillis, skipLong } from './read-long';
import { isText } from './text';
import { unitOf } from './time-unit';

export type Walk = (bytes: Uint8Array, start: number, end: number, facts: BodyFacts) => boolean;

/** Fields whose strings are read as text. */
export const TEXT_FIELDS: ReadonlySet<string> = new Set(SIGNAL_FIELDS);
const IDENTITIES: ReadonlySet<string> = new Set(IDENTITY_FIELDS);
const TIMES: ReadonlyMap<string, string> = new Map([
  ['occurred_at', 'occurredAt'],
  ['received_at', 'receivedAt'],
]);

/**
 * Writes the walk over bodies of one schema as JavaScript and compiles it: one function without calls for all that is not
 * nested, several times quicker than a chain of closures. Only numbers of the schema get into its text, never a name.
 */
export function generateWalk(writer: RecordNode): Walk {
  const steps: Step[] = [];
  const lines = writer.fields.map(({ name, type }) => new FieldWriter(name, steps).write(type));
  const text = `
    return function walk(bytes, start, end, facts) {
      facts.occurredAt = 0;
      facts.receivedAt = 0;
      facts.hasSignalId = false;
      facts.hasIdentity = false;
      facts.depth = 0;
      let at = start, byte = 0, long = 0;
      ${lines.join('\n')}
      return at === end;
    };`;
  const names = ['steps', 'readLong', 'readMillis', 'skipLong', 'isText'];
  return new Function(...names, text)(steps, readLong, readMillis, skipLong, isText) as Walk;
}

const READ_LONG = `
  if (at >= end) return false;
  byte = bytes[at];
  if (byte < 0x80) { long = (byte >>> 1) ^ -(byte & 1); at++; }
  else { at = readLong(bytes, at, end, facts); if (at < 0) return false; long = facts.long; }`;
const SKIP_LONG = `
  if (at < end && bytes[at] < 0x80) at++;
  else { at = skipLong(bytes, at, end); if (at < 0) return false; }`;

class FieldWriter {
  private readonly isText: boolean;
  /** What a text that is not empty says. */
  private readonly onText: string;
  /** The fact that a time field fills. */
  private readonly time: string | undefined;

  constructor(
    name: string,
    private readonly steps: Step[],
  ) {
    this.isText = TEXT_FIELDS.has(name);
    this.time = TIMES.get(name);
    const fact = name === 'signal_id' ? 'hasSignalId' : IDENTITIES.has(name) ? 'hasIdentity' : undefined;
    this.onText = fact === undefined ? '' : `if (long > 0) facts.${fact} = true;`;
  }

  write(node: AvroNode): string {
    switch (node.kind) {
      case 'null':
        return '';
      case 'int':
        return `${READ_LONG} if (long !== (long | 0)) return false; ${this.time === undefined ? '' : setTime(this.time, 'long')}`;
      case 'long':
        return this.time === undefined ? SKIP_LONG : readTime(this.time, unitOf(node));
      case 'float':
        return skip(4);
      case 'double':
        return skip(8);
      case 'fixed':
        return skip(node.size);
      case 'enum':
        return `${READ_LONG} if (long < 0 || long >= ${node.symbols.length}) return false;`;
      case 'bytes':
      case 'string':
        return `${READ_LONG}
          if (long < 0 || long > end - at) return false;
          ${this.onText}
          ${this.isText ? 'if (!isText(bytes, at, at + long)) return false;' : ''}
          at += long;`;
      case 'union': {
        const cases = node.branches.map((branch, index) => `case ${index}: { ${this.write(branch)} break; }`);
        return `${READ_LONG} switch (long) { ${cases.join('\n')} default: return false; }`;
      }
      default: {
        const step = this.steps.push(compileStep(node, this.isText)) - 1;
        return `at = steps[${step}](bytes, at, end, facts); if (at < 0) return false;`;
      }
    }
  }
}

const setTime = (fact: string, value: string): string => `facts.${fact} = ${value};`;

function readTime(fact: string, unit: number): string {
  if (unit === 1) return `${READ_LONG} ${setTime(fact, 'long')}`;
  if (unit === 1_000) return `${READ_LONG} ${setTime(fact, 'Math.floor(long / 1000)')}`;
  // Nanoseconds of our time are beyond what a number holds exactly.
  return `at = readMillis(bytes, at, end, facts, ${Number(unit)}); if (at < 0) return false; ${setTime(fact, 'facts.long')}`;
}

const skip = (size: number): string => `at += ${Number(size)}; if (at > end) return false;`;
