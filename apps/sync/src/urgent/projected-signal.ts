import { SIGNAL_SCHEMA } from '@millrace/contract-signal';
import { Type, type Schema } from 'avsc';

/** The part of a signal that urgency rules and the record to write need. Times are epoch milliseconds. */
export interface ProjectedSignal {
  readonly signal_id: string;
  readonly type: string;
  readonly occurred_at: number;
  readonly received_at: number;
  readonly user_id: string | null;
  readonly email: string | null;
  readonly account_id: string | null;
  readonly domain: string | null;
  readonly url: string | null;
}

const FIELDS: readonly (keyof ProjectedSignal)[] = [
  'signal_id',
  'type',
  'occurred_at',
  'received_at',
  'user_id',
  'email',
  'account_id',
  'domain',
  'url',
];

interface RecordSchema {
  readonly fields: readonly { readonly name: string }[];
}

/** Reader type of the signal with those fields only: what a writer wrote besides is skipped, not decoded. */
export const projectedSignalType: Type = projectionOf(SIGNAL_SCHEMA, FIELDS);

/** The record schema with the named fields only, under its own name, so that writers resolve to it. */
export function projectionOf(schema: Schema, fields: readonly string[]): Type {
  const record = schema as unknown as RecordSchema;
  return Type.forSchema({
    ...record,
    fields: record.fields.filter((field) => fields.includes(field.name)),
  } as unknown as Schema);
}
