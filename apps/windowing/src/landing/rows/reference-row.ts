import { Type, types, type Schema } from 'avsc';

import type { AvroNode, RecordNode } from '../avro/avro-node';

/** A signal as the writer's schema says it, with the reader's defaults for what the writer does not know. */
export interface ReferenceRow {
  readonly signal_id: string;
  readonly type: string;
  readonly source: string;
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
}

export type DecodeBody = (body: Buffer) => ReferenceRow;

/** Longs as bigint, so that none is rounded. */
const exactLong = exactLongType();

/** Decodes bodies of a writer schema with avsc. The body must have been walked: avsc alone is lenient. */
export function createBodyDecoder(writer: RecordNode): DecodeBody {
  const type = Type.forSchema(emit(writer, new Names()) as Schema, { registry: { long: exactLong }, wrapUnions: true });
  return (body) => {
    const record = type.fromBuffer(body) as Record<string, unknown>;
    const field = (name: string): unknown => unwrap(record[name]);
    return {
      signal_id: text(field('signal_id')),
      type: text(field('type')),
      source: text(field('source')),
      occurred_at: BigInt(field('occurred_at') as number | bigint),
      received_at: BigInt(field('received_at') as number | bigint),
      anonymous_id: optionalText(field('anonymous_id')),
      user_id: optionalText(field('user_id')),
      email: optionalText(field('email')),
      account_id: optionalText(field('account_id')),
      domain: optionalText(field('domain')),
      session_id: optionalText(field('session_id')),
      url: optionalText(field('url')),
      referrer: optionalText(field('referrer')),
      country: optionalText(field('country')),
      user_agent: optionalText(field('user_agent')),
      value: optionalNumber(field('value')),
      properties: pairs(field('properties')),
    };
  };
}

/** With `wrapUnions` a value of a union is `{branch: value}` or null; nothing else decodes to a plain object here. */
function unwrap(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value) || Array.isArray(value)) return value;
  return Object.values(value)[0];
}

function text(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('utf8') : (value as string);
}

const optionalText = (value: unknown): string | null => (value === undefined || value === null ? null : text(value));
const optionalNumber = (value: unknown): number | null =>
  value === undefined || value === null ? null : Number(value as number | bigint);

function pairs(value: unknown): readonly (readonly [string, string])[] {
  const entries = (value ?? []) as readonly { key: unknown; value: unknown }[];
  return entries.map((entry) => [text(entry.key), text(unwrap(entry.value))]);
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
