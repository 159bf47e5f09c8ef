import type { Type } from 'avsc';

import { parseAvroNode, type RecordNode } from '../avro/avro-node';
import { compileWalk, type BodyWalk } from '../avro/compile-walk';
import { unitOf } from '../avro/time-unit';
import { signalType } from '../schemas';
import type { Verdict } from '../verdict/verdict';
import { RULES_VERSION } from '../verdict/verdict-settings';
import { fieldProblems } from './field-problems';

/** What the registry says about a schema id. */
export type SchemaAnswer =
  | {
      readonly ok: true;
      readonly schema: { readonly json: string; readonly references: readonly string[]; readonly type: Type };
    }
  | { readonly ok: false; readonly reason: 'unknown_schema' | 'unreadable_schema'; readonly detail: string };

/** How bodies of one writer schema are read. */
export interface SignalWriter {
  readonly schemaId: number;
  readonly node: RecordNode;
  readonly body: BodyWalk;
}

/** The writer of a schema id, or the verdict on every record that names it. */
export function readSignalWriter(
  schemaId: number,
  answer: SchemaAnswer,
  rulesVersion: number = RULES_VERSION,
): SignalWriter | Verdict {
  if (!answer.ok) return { reason: answer.reason, detail: answer.detail };
  const { json, references, type } = answer.schema;
  try {
    const read = parseAvroNode(
      JSON.parse(json),
      references.map((text) => JSON.parse(text) as unknown),
    );
    const node = rulesVersion >= 2 ? read : withoutUnits(read as RecordNode);
    const problems = fieldProblems(node);
    if (problems.length > 0) return unreadable(problems.join('; '));
    signalType.createResolver(type, { ignoreNamespaces: true });
    return { schemaId, node: node as RecordNode, body: compileWalk(node as RecordNode) };
  } catch (error) {
    return unreadable((error as Error).message);
  }
}

export const isSignalWriter = <W extends SignalWriter>(writer: W | Verdict): writer is W => 'body' in writer;

/** Units of a writer's two times in a millisecond, where each has one type. */
export function timeUnits({ fields }: RecordNode): { readonly occurredAt: number; readonly receivedAt: number } {
  const unit = (name: string): number => {
    const type = fields.find((field) => field.name === name)?.type;
    return type === undefined ? 1 : unitOf(type);
  };
  return { occurredAt: unit('occurred_at'), receivedAt: unit('received_at') };
}

/** Rules before 2 took every whole number for milliseconds. */
function withoutUnits(node: RecordNode): RecordNode {
  if (node.kind !== 'record') return node;
  const plain = (type: RecordNode['fields'][number]['type']): typeof type =>
    type.kind === 'union'
      ? { ...type, branches: type.branches.map(plain) }
      : type.kind === 'long' || type.kind === 'int'
        ? { kind: type.kind }
        : type;
  const fields = node.fields.map(({ name, type }) =>
    name.endsWith('_at') ? { name, type: plain(type) } : { name, type },
  );
  return { ...node, fields };
}

const unreadable = (why: string): Verdict => ({
  reason: 'unreadable_schema',
  detail: `the signal schema cannot read it: ${why}`,
});
