import { IDENTITY_FIELDS, SIGNAL_FIELDS } from '@millrace/contract-signal';

import type { SignalFacts } from '../verdict/verdict';
import type { AvroNode, RecordNode } from './avro-node';
import { compileStep, type Step, type WalkState } from './compile-step';
import { readLong } from './read-long';

/** What a walk leaves behind: the facts that a verdict depends on. One object is used over and over. */
export interface BodyFacts extends SignalFacts, WalkState {}

export const createBodyFacts = (): BodyFacts => ({
  occurredAt: 0,
  hasSignalId: false,
  hasIdentity: false,
  long: 0,
  depth: 0,
});

export interface BodyWalk {
  /** True when `bytes[start, end)` is exactly one value of the writer schema; then `facts` are filled. */
  walk(bytes: Uint8Array, start: number, end: number, facts: BodyFacts): boolean;
  /** Where the value that starts at `start` ends; below 0 when there is none. */
  endOf(bytes: Uint8Array, start: number, end: number): number;
  /** Says in words why `walk` was false. */
  explain(bytes: Uint8Array, start: number, end: number): string;
}

type FactStep = (bytes: Uint8Array, position: number, end: number, facts: BodyFacts) => number;

const TEXT_FIELDS: ReadonlySet<string> = new Set(SIGNAL_FIELDS);
const IDENTITIES: ReadonlySet<string> = new Set(IDENTITY_FIELDS);

/** Compiles the walk over bodies of a writer schema: validates without decoding and picks out the facts. */
export function compileWalk(writer: RecordNode): BodyWalk {
  const steps: FactStep[] = writer.fields.map(({ name, type }) => factStep(name, type));
  const count = steps.length;
  const walk = (bytes: Uint8Array, start: number, end: number, facts: BodyFacts): boolean => {
    facts.occurredAt = 0;
    facts.hasSignalId = false;
    facts.hasIdentity = false;
    facts.depth = 0;
    let position = start;
    for (let index = 0; index < count; index++) {
      position = (steps[index] as FactStep)(bytes, position, end, facts);
      if (position < 0) return false;
    }
    return position === end;
  };
  const endOf = (bytes: Uint8Array, start: number, end: number): number => {
    const facts = createBodyFacts();
    let position = start;
    for (const step of steps) if (position >= 0) position = step(bytes, position, end, facts);
    return position;
  };
  const explain = (bytes: Uint8Array, start: number, end: number): string => {
    const facts = createBodyFacts();
    let position = start;
    for (let index = 0; index < count; index++) {
      const next = (steps[index] as FactStep)(bytes, position, end, facts);
      if (next < 0) return `field "${writer.fields[index]?.name}" at byte ${position - start} of ${end - start}`;
      position = next;
    }
    return `the value ends at byte ${position - start} of ${end - start}`;
  };
  return { walk, endOf, explain };
}

function factStep(name: string, type: AvroNode): FactStep {
  const step = compileStep(type, TEXT_FIELDS.has(name));
  if (name === 'occurred_at') return pickOccurredAt(type, step);
  if (name === 'signal_id') return pickText(type, step, (facts) => void (facts.hasSignalId = true));
  if (IDENTITIES.has(name)) return pickText(type, step, (facts) => void (facts.hasIdentity = true));
  return step;
}

/** An int or a long; in a union of one (schemas have been seen with them) after its index. */
function pickOccurredAt(type: AvroNode, step: Step): FactStep {
  const isUnion = type.kind === 'union';
  return (bytes, position, end, facts) => {
    const next = step(bytes, position, end, facts);
    if (next < 0) return -1;
    readLong(bytes, isUnion ? readLong(bytes, position, end, facts) : position, end, facts);
    facts.occurredAt = facts.long;
    return next;
  };
}

/** Marks a text that is not empty. In a union the text's branch is told by its index. */
function pickText(type: AvroNode, step: Step, mark: (facts: BodyFacts) => void): FactStep {
  if (type.kind !== 'union') {
    return (bytes, position, end, facts) => {
      const next = step(bytes, position, end, facts);
      // One byte is an empty text, unless its length is written with more bytes than it needs.
      if (next > position + 1) {
        readLong(bytes, position, end, facts);
        if (facts.long > 0) mark(facts);
      }
      return next;
    };
  }
  const isText = type.branches.map(({ kind }) => kind === 'string' || kind === 'bytes');
  return (bytes, position, end, facts) => {
    const next = step(bytes, position, end, facts);
    if (next <= position + 1) return next;
    const value = readLong(bytes, position, end, facts);
    if (isText[facts.long] === true) {
      readLong(bytes, value, end, facts);
      if (facts.long > 0) mark(facts);
    }
    return next;
  };
}
