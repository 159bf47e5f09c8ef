import {
  createBodyDecoder,
  isSignalWriter,
  readSignalWriter,
  type DecodeBody,
  type SchemaAnswer,
  type SignalWriter,
  type Verdict,
} from '@millrace/contract-signal';

import { flattenSchema, type ServedSchema } from '../avro/flat-schema';

export type LandingPath = 'fast' | 'reference';

/** How bodies of one writer schema are landed. */
export interface WriterPlan extends SignalWriter {
  /** The container schema of the fast path; null when bodies have to be decoded here. */
  readonly flat: ServedSchema | null;
  /** Why `flat` is null. */
  readonly why: string | null;
  /** Compiled when first needed. */
  readonly decode: DecodeBody;
}

/** The plan for a schema id, or the verdict on every record that names it. */
export function planWriter(
  schemaId: number,
  answer: SchemaAnswer,
  path: LandingPath,
  rulesVersion?: number,
): WriterPlan | Verdict {
  const writer = readSignalWriter(schemaId, answer, rulesVersion);
  if (!isSignalWriter(writer)) return writer;
  const flat =
    path === 'fast' ? flattenSchema(writer.node) : ({ isServed: false, why: 'LANDING_PATH=reference' } as const);
  let decode: DecodeBody | undefined;
  return {
    ...writer,
    flat: flat.isServed ? flat : null,
    why: flat.isServed ? null : flat.why,
    decode: (body) => (decode ??= createBodyDecoder(writer.node))(body),
  };
}
