import { Type, types, type Schema } from 'avsc';

import type { AvroNode, RecordNode } from '../avro/avro-node';
import { toMillis, unitOf } from '../avro/time-unit';

/** A signal as the writer's schema says it, with the reader's defaults for what the writer does not know. */
export interface DecodedSignal {
  readonly signal_id: string;
  readonly type: string;
  readonly source: string;
  /** Epoch milliseconds, exact. */
  readonly occurred_at: bigint;
  readonly received_at: bigint;
  readonly anonymous_id: string | null;
  readonly user_id: string | null;
  readonly email: string | null;
  readonly account_id: string | null;
  readonly domain: string | null;
  readonly session_id: string | null;
  readonly url: string | null;
  readonly referrer: string | null;
  readonly country: string | null;
  readonly user_agent: string | null;
  readonly value: number | null;
  /** In the order of the record, doubled keys included: a JavaScript object could hold neither. */
  readonly properties: readonly (readonly [string, string])[];
  readonly key_kind: string | null;
}

export type DecodeBody<F extends keyof DecodedSignal = keyof DecodedSignal> = (body: Buffer) => Pick<DecodedSignal, F>;

/** Longs as bigint, so that none is rounded. */
const exactLong = exactLongType();

const READERS: { readonly [F in keyof DecodedSignal]: (value: unknown, writer: AvroNode | undefined) => unknown } = {
  signal_id: text,
  type: text,
  source: text,
  occurred_at: millis,
  received_at: millis,
  anonymous_id: optionalText,
  user_id: optionalText,
  email: optionalText,
  account_id: optionalText,
  domain: optionalText,
  session_id: optionalText,
  url: optionalText,
  referrer: optionalText,
  country: optionalText,
  user_agent: optionalText,
  value: optionalNumber,
  properties: pairs,
  key_kind: optionalText,
};
const ALL = Object.keys(READERS) as (keyof DecodedSignal)[];

/**
 * Decodes the named fields of bodies of a writer schema with avsc; the others are skipped. The body must have been walked:
 * avsc alone is lenient.
 */
export function createBodyDecoder<F extends keyof DecodedSignal = keyof DecodedSignal>(
  writer: RecordNode,
  fields: readonly F[] = ALL as F[],
): DecodeBody<F> {
  const schema = emit(writer, new Names()) as EmittedRecord;
  const options = { registry: { long: exactLong }, wrapUnions: true };
  const written = Type.forSchema(schema as unknown as Schema, { ...options, registry: { ...options.registry } });
  const wanted = schema.fields.filter(({ name }) => (fields as readonly string[]).includes(name));
  const read = Type.forSchema({ ...schema, fields: wanted } as unknown as Schema, options);
  const resolver = read.createResolver(written);
  const nodes = new Map(writer.fields.map(({ name, type }) => [name, type]));
  return (body) => {
    const record = read.fromBuffer(body, resolver) as Record<string, unknown>;
    const values = fields.map((name) => [name, READERS[name](record[name], nodes.get(name))]);
    return Object.fromEntries(values) as Pick<DecodedSignal, F>;
  };
}

/** With `wrapUnions` a value of a union is `{branch: value}` or null; nothing else decodes to a plain object here. */
function unwrap(value: unknown): unknown {
  return isWrapped(value) ? Object.values(value)[0] : value;
}

function isWrapped(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Buffer.isBuffer(value) && !Array.isArray(value);
}

function text(wrapped: unknown): string {
  const value = unwrap(wrapped);
  return Buffer.isBuffer(value) ? value.toString('utf8') : (value as string);
}

function optionalText(wrapped: unknown): string | null {
  const value = unwrap(wrapped);
  return value === undefined || value === null ? null : text(value);
}

function optionalNumber(wrapped: unknown): number | null {
  const value = unwrap(wrapped);
  return value === undefined || value === null ? null : Number(value as number | bigint);
}

function millis(wrapped: unknown, writer: AvroNode | undefined): bigint {
  const branch = isWrapped(wrapped) ? Object.keys(wrapped)[0] : undefined;
  const node = writer?.kind === 'union' ? writer.branches.find(({ kind }) => kind === branch) : writer;
  return toMillis(BigInt(unwrap(wrapped) as number | bigint), node === undefined ? 1 : unitOf(node));
}

function pairs(wrapped: unknown): readonly (readonly [string, string])[] {
  const entries = (unwrap(wrapped) ?? []) as readonly { key: unknown; value: unknown }[];
  return entries.map((entry) => [text(entry.key), text(entry.value)]);
}

interface EmittedRecord {
  readonly fields: readonly { readonly name: string; readonly type: unknown }[];
}

class Names {
  readonly known = new Map<AvroNode, string>();
}

/** The node as a schema in which a map is an array of key-value records: the same bytes, nothing lost. */
function emit(node: AvroNode, names: Names): unknown {
  switch (node.kind) {
    case 'fixed':
      return { type: 'fixed', name: name(node, names), size: node.size };
    case 'enum':
      return { type: 'enum', name: name(node, names), symbols: node.symbols };
    case 'array':
      return { type: 'array', items: emit(node.items, names) };
    case 'map': {
      const entry = {
        type: 'record',
        name: name(node, names),
        fields: [
          { name: 'key', type: 'string' },
          { name: 'value', type: emit(node.values, names) },
        ],
      };
      return { type: 'array', items: entry };
    }
    case 'union':
      return node.branches.map((branch) => emit(branch, names));
    case 'record': {
      const known = names.known.get(node);
      if (known !== undefined) return known;
      return {
        type: 'record',
        name: name(node, names),
        fields: node.fields.map((field) => ({ name: field.name, type: emit(field.type, names) })),
      };
    }
    default:
      return node.kind;
  }
}

function name(node: AvroNode, names: Names): string {
  const fresh = `named_${names.known.size}`;
  names.known.set(node, fresh);
  return fresh;
}

function exactLongType(): Type {
  return types.LongType.__with({
    fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
    toBuffer: (value: bigint) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(value);
      return bytes;
    },
    fromJSON: BigInt,
    toJSON: String,
    isValid: (value: unknown) => typeof value === 'bigint',
    compare: (left: bigint, right: bigint) => (left < right ? -1 : left > right ? 1 : 0),
  });
}
