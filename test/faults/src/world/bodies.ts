import { createSignal, KEY_KINDS, SIGNAL_SCHEMA, type QuarantineReason, type Signal } from '@millrace/contract-signal';
import { frame } from '@millrace/platform-kafka';
import type { SeededRandom } from '@millrace/platform-testing';
import { Type, type Schema } from 'avsc';

interface RecordSchema {
  readonly fields: readonly { readonly name: string }[];
  readonly [key: string]: unknown;
}

const base = SIGNAL_SCHEMA as unknown as RecordSchema;

/** Writer schemas of three teams: the contract's, one with a field of its own, one that never had `properties`. */
export const WRITER_SCHEMAS: readonly Schema[] = [
  SIGNAL_SCHEMA,
  {
    ...base,
    fields: [...base.fields, { name: 'campaign', type: ['null', 'string'], default: null }],
  } as unknown as Schema,
  { ...base, fields: base.fields.filter(({ name }) => name !== 'properties') } as unknown as Schema,
];

/** A registered writer schema: turns signals into record values. */
export interface Writer {
  readonly schemaId: number;
  /** What a reader of the contract's schema gets back. */
  readonly hasProperties: boolean;
  toValue(signal: Signal): Buffer;
}

export function createWriter(schema: Schema, schemaId: number): Writer {
  const type = Type.forSchema(schema);
  const names = (schema as unknown as { readonly fields: readonly { readonly name: string }[] }).fields;
  return {
    schemaId,
    hasProperties: names.some(({ name }) => name === 'properties'),
    toValue: (signal) => frame(schemaId, type.toBuffer({ ...signal, campaign: 'spring' })),
  };
}

const TYPES = ['page_viewed', 'form_submitted', 'demo_requested', 'email_opened'];
const KINDS = [...KEY_KINDS, null];
const SECOND = 1_000;
const HOUR = 3_600_000;

/** A valid signal. `ageMs` is how long ago it happened. */
export function randomSignal(random: SeededRandom, id: string, source: string, now: number, ageMs: number): Signal {
  const person = random.integer(1, 40);
  const domain = `company${random.integer(1, 8)}.com`;
  return createSignal({
    signal_id: id,
    type: random.pick(TYPES),
    source,
    occurred_at: now - ageMs,
    received_at: now,
    anonymous_id: random.chance(0.5) ? `anon-${person}` : null,
    user_id: random.chance(0.5) ? `user-${person}` : null,
    email: `Person${person}@${domain}`,
    url: random.chance(0.7) ? `https://www.${domain}/path/${random.integer(1, 9)}?q=1` : null,
    country: random.chance(0.5) ? 'US' : null,
    user_agent: random.chance(0.3) ? 'Mozilla/5.0 (compatible; Googlebot/2.1)' : null,
    value: random.chance(0.3) ? random.integer(1, 1_000) / 8 : null,
    properties: random.chance(0.5) ? { plan: 'pro', 'naïve "key"': `välue ${person}` } : {},
    key_kind: KINDS[person % KINDS.length] ?? null,
  });
}

/** Mostly a moment ago, sometimes hours, rarely months. */
export function randomAge(random: SeededRandom): number {
  if (random.chance(0.8)) return random.integer(0, 8 * SECOND);
  if (random.chance(0.8)) return random.integer(1, 48 * HOUR);
  return random.integer(48 * HOUR, 90 * 24 * HOUR);
}

export interface BadRecord {
  readonly reason: QuarantineReason;
  readonly value: Buffer | null;
}

const LARGE = 1024 * 1024 - 4096;

/** Every kind of record that is data but no signal. `writer` is of the contract's own schema, `unknownId` of none. */
export function badRecords(writer: Writer, unknownId: number, now: number): readonly BadRecord[] {
  const signal = createSignal({
    signal_id: 'bad',
    type: 'page_viewed',
    source: 'website',
    occurred_at: now,
    received_at: now,
    user_id: 'user',
  });
  const good = writer.toValue(signal);
  const withBytes = Buffer.concat([good, Buffer.from([0])]);
  const bombed = Buffer.concat([good.subarray(0, 5), Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f]), Buffer.alloc(32)]);
  return [
    { reason: 'tombstone', value: null },
    { reason: 'zero_length', value: Buffer.alloc(0) },
    { reason: 'truncated_frame', value: Buffer.from([0, 0, 0]) },
    { reason: 'wrong_magic', value: Buffer.from([1, ...good.subarray(1)]) },
    { reason: 'wrong_magic', value: Buffer.alloc(LARGE, '{"json": true}') },
    { reason: 'unknown_schema', value: frame(unknownId, good.subarray(5)) },
    { reason: 'invalid_avro', value: good.subarray(0, good.length - 3) },
    { reason: 'invalid_avro', value: good.subarray(0, 5) },
    { reason: 'invalid_avro', value: withBytes },
    { reason: 'invalid_avro', value: bombed },
    { reason: 'invalid_avro', value: frame(writer.schemaId, Buffer.alloc(LARGE, 0xff)) },
    { reason: 'empty_signal_id', value: writer.toValue({ ...signal, signal_id: '' }) },
    { reason: 'no_identity', value: writer.toValue({ ...signal, user_id: null, email: '' }) },
    { reason: 'future_event', value: writer.toValue({ ...signal, occurred_at: now + 2 * HOUR }) },
    { reason: 'future_event', value: writer.toValue({ ...signal, occurred_at: now + 8_000 * 24 * HOUR }) },
    { reason: 'too_old', value: writer.toValue({ ...signal, occurred_at: now - 401 * 24 * HOUR }) },
    { reason: 'too_old', value: writer.toValue({ ...signal, occurred_at: -1 }) },
    { reason: 'invalid_received_at', value: writer.toValue({ ...signal, received_at: -1 }) },
    { reason: 'invalid_received_at', value: writer.toValue({ ...signal, received_at: now * 1_000 }) },
  ];
}
