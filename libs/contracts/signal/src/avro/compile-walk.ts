import type { RecordNode } from './avro-node';
import { createBodyFacts, type BodyFacts } from './body-facts';
import { compileStep } from './compile-step';
import { generateWalk, TEXT_FIELDS } from './generate-walk';

export interface BodyWalk {
  /** True when `bytes[start, end)` is exactly one value of the writer schema; then `facts` are filled. */
  walk(bytes: Uint8Array, start: number, end: number, facts: BodyFacts): boolean;
  /** Where the value that starts at `start` ends; below 0 when there is none. */
  endOf(bytes: Uint8Array, start: number, end: number): number;
  /** Says in words why `walk` was false. */
  explain(bytes: Uint8Array, start: number, end: number): string;
}

/** Compiles the walk over bodies of a writer schema: validates without decoding and picks out the facts. */
export function compileWalk(writer: RecordNode): BodyWalk {
  const steps = writer.fields.map(({ name, type }) => compileStep(type, TEXT_FIELDS.has(name)));
  const endOf = (bytes: Uint8Array, start: number, end: number): number => {
    const facts = createBodyFacts();
    let position = start;
    for (const step of steps) if (position >= 0) position = step(bytes, position, end, facts);
    return position;
  };
  const explain = (bytes: Uint8Array, start: number, end: number): string => {
    const facts = createBodyFacts();
    let position = start;
    for (const [index, step] of steps.entries()) {
      const next = step(bytes, position, end, facts);
      if (next < 0) return `field "${writer.fields[index]?.name}" at byte ${position - start} of ${end - start}`;
      position = next;
    }
    return `the value ends at byte ${position - start} of ${end - start}`;
  };
  return { walk: generateWalk(writer), endOf, explain };
}
