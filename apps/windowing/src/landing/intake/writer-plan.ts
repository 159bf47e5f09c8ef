import { signalType } from '@millrace/contract-signal';
import type { SchemaLookup } from '@millrace/platform-kafka';

import { parseAvroNode, type RecordNode } from '../avro/avro-node';
import { compileWalk, type BodyWalk } from '../avro/compile-walk';
import { flattenSchema } from '../avro/flat-schema';
import { createBodyDecoder, type DecodeBody } from '../rows/reference-row';
import type { Verdict } from '../verdict/verdict';

export type LandingPath = 'fast' | 'reference';

/** How bodies of one writer schema are landed. */
export interface WriterPlan {
  readonly schemaId: number;
  readonly body: BodyWalk;
  /** The container schema of the fast path; null when bodies have to be decoded here. */
  readonly flatSchema: string | null;
  /** Why `flatSchema` is null. */
  readonly why: string | null;
  /** Compiled when first needed. */
  readonly decode: DecodeBody;
}

/** The plan for a schema id, or the verdict on every record that names it. */
export function planWriter(schemaId: number, lookup: SchemaLookup, path: LandingPath): WriterPlan | Verdict {
  if (!lookup.ok) return { reason: lookup.reason, detail: lookup.detail };
  try {
    signalType.createResolver(lookup.schema.type, { ignoreNamespaces: true });
    const node = parseAvroNode(JSON.parse(lookup.schema.json)) as RecordNode;
    const flat = path === 'fast' ? flattenSchema(node) : ({ isServed: false, why: 'LANDING_PATH=reference' } as const);
    let decode: DecodeBody | undefined;
    return {
      schemaId,
      body: compileWalk(node),
      flatSchema: flat.isServed ? flat.schema : null,
      why: flat.isServed ? null : flat.why,
      decode: (body) => (decode ??= createBodyDecoder(node))(body),
    };
  } catch (error) {
    return { reason: 'unreadable_schema', detail: `the signal schema cannot read it: ${(error as Error).message}` };
  }
}

export const isPlan = (plan: WriterPlan | Verdict): plan is WriterPlan => 'body' in plan;
