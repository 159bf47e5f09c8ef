import { IDENTITY_FIELDS, SIGNAL_FIELDS } from '@millrace/contract-signal';

import { isText } from './words';
import type { AvroNode, RecordNode } from './avro-node';
import type { BodyFacts } from './compile-walk';
import { compileStep, type Step } from './compile-step';
import { readLong, skipLong } from './read-long';

export type Walk = (bytes: Uint8Array, start: number, end: number, facts: BodyFacts) => boolean;

/** Fields whose strings are read as text. */
export const TEXT_FIELDS: ReadonlySet<string> = new Set(SIGNAL_FIELDS);
const IDENTITIES: ReadonlySet<string> = new Set(IDENTITY_FIELDS);

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
      facts.hasSignalId = false;
      facts.hasIdentity = false;
      facts.depth = 0;
      let at = start, byte = 0, long = 0;
      ${lines.join('\n')}
      return at === end;
    };`;
  return new Function('steps', 'readLong', 'skipLong', 'isText', text)(steps, readLong, skipLong, isText) as Walk;
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
  private readonly onLong: string;

  constructor(
    name: string,
    private readonly steps: Step[],
  ) {
    this.isText = TEXT_FIELDS.has(name);
    this.onLong = name === 'occurred_at' ? 'facts.occurredAt = long;' : '';
    const fact = name === 'signal_id' ? 'hasSignalId' : IDENTITIES.has(name) ? 'hasIdentity' : undefined;
    this.onText = fact === undefined ? '' : `if (long > 0) facts.${fact} = true;`;
  }

  write(node: AvroNode): string {
    switch (node.kind) {
      case 'null':
        return '';
      case 'int':
        return `${READ_LONG} if (long !== (long | 0)) return false; ${this.onLong}`;
      case 'long':
        return this.onLong === '' ? SKIP_LONG : `${READ_LONG} ${this.onLong}`;
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

const skip = (size: number): string => `at += ${Number(size)}; if (at > end) return false;`;
