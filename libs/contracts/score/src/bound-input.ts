import { z } from 'zod';

const count = z.int().nonnegative();
const KNOWN = [
  /** The chain of seal steps up to here. */
  z.object({ kind: z.literal('step'), step: count }),
  /** Entity topics: the first offset of each partition that the run did not read. */
  z.object({ kind: z.literal('entities'), offsets: z.array(count) }),
  /** Builds of a rollup: hash and number of the pairs (day, touched step) in the table run_inputs. */
  z.object({ kind: z.literal('builds'), hash: z.string(), count }),
  /** A decision log: the first offset that the run did not read. */
  z.object({ kind: z.literal('offset'), offset: count }),
  /** Another run; null: there was none to read. */
  z.object({ kind: z.literal('run'), run_id: z.string().nullable() }),
] as const;
const knownSchema = z.discriminatedUnion('kind', KNOWN);
const KINDS: ReadonlySet<string> = new Set(KNOWN.flatMap((schema) => [...schema.shape.kind.values]));

/** What a run read of one of its inputs. */
export type BoundInput = z.infer<typeof knownSchema>;

/** An input of a kind that this version does not know; it stays as it is. */
const otherInputSchema = z.looseObject({ kind: z.string().refine((kind) => !KINDS.has(kind)) });
export type OtherInput = z.infer<typeof otherInputSchema>;

export const boundInputSchema = z.union([knownSchema, otherInputSchema]);

/** Whether the input is of a kind that this version knows. */
export const isKnownInput = (input: BoundInput | OtherInput): input is BoundInput => KINDS.has(input.kind);
