import type { DecodedSignal } from '@millrace/contract-signal';
import { Type, type Schema } from 'avsc';

/** What of a signal urgency rules and the record to write need: what else a writer wrote is skipped, not decoded. */
export const PROJECTED_FIELDS = [
  'signal_id',
  'type',
  'occurred_at',
  'received_at',
  'user_id',
  'email',
  'account_id',
  'domain',
  'url',
] as const satisfies readonly (keyof DecodedSignal)[];

type Decoded = Pick<DecodedSignal, (typeof PROJECTED_FIELDS)[number]>;

/** The part of a signal that the fast lane works with. Times are epoch milliseconds. */
export type ProjectedSignal = Omit<Decoded, 'occurred_at' | 'received_at'> & {
  readonly occurred_at: number;
  readonly received_at: number;
};

/** Times that were judged are exact as numbers. */
export const projectSignal = (decoded: Decoded): ProjectedSignal => ({
  ...decoded,
  occurred_at: Number(decoded.occurred_at),
  received_at: Number(decoded.received_at),
});

interface RecordSchema {
  readonly fields: readonly { readonly name: string }[];
}

/** The record schema with the named fields only, under its own name, so that writers resolve to it. */
export function projectionOf(schema: Schema, fields: readonly string[]): Type {
  const record = schema as unknown as RecordSchema;
  return Type.forSchema({
    ...record,
    fields: record.fields.filter((field) => fields.includes(field.name)),
  } as unknown as Schema);
}
