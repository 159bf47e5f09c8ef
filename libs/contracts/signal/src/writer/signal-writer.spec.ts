import { Type, type Schema } from 'avsc';
import fc from 'fast-check';

import { createBodyFacts } from '../avro/body-facts';
import { toMillis } from '../avro/time-unit';
import { SIGNAL_SCHEMA } from '../schemas';
import { createBodyDecoder } from './decode-body';
import { isSignalWriter, readSignalWriter, type SignalWriter } from './signal-writer';

interface FieldSchema {
  readonly name: string;
  readonly type: unknown;
}
const FIELDS = (SIGNAL_SCHEMA as unknown as { readonly fields: readonly FieldSchema[] }).fields;

const answerOf = (schema: object, references: readonly object[] = []) => {
  const registry = {};
  for (const reference of references) Type.forSchema(reference as Schema, { registry });
  const type = Type.forSchema(structuredClone(schema) as Schema, { registry });
  const texts = references.map((reference) => JSON.stringify(reference));
  return { ok: true, schema: { json: JSON.stringify(schema), references: texts, type } } as const;
};
const read = (schema: object, rulesVersion?: number) => readSignalWriter(7, answerOf(schema), rulesVersion);
const writerOf = (schema: object, rulesVersion?: number): SignalWriter => {
  const writer = read(schema, rulesVersion);
  if (!isSignalWriter(writer)) throw new Error(writer.detail);
  return writer;
};
/** The signal schema with some fields of another type; undefined: without the field. */
const signalWith = (changes: Readonly<Record<string, unknown>>, more: object = {}): object => ({
  type: 'record',
  name: 'Signal',
  namespace: 'com.acme',
  ...more,
  fields: [
    ...FIELDS.filter(({ name }) => !(name in changes)),
    ...Object.entries(changes).flatMap(([name, type]) => (type === undefined ? [] : [{ name, type }])),
  ],
});
const long = (logicalType: string) => ({ type: 'long', logicalType });

const SIGNAL = {
  signal_id: 's-1',
  type: 'demo_requested',
  source: 'crm',
  occurred_at: 1_795_660_000_123,
  received_at: 1_795_660_000_456,
  anonymous_id: null,
  user_id: 'u-1',
  email: null,
  account_id: null,
  domain: null,
  session_id: null,
  url: null,
  referrer: null,
  country: null,
  user_agent: null,
  value: null,
  properties: { plan: 'pro' },
  key_kind: null,
};

/** What the writer's own library would encode, and what walk and decoder read of it. */
function readBack(schema: object, values: object) {
  const body = Type.forSchema(structuredClone(schema) as Schema).toBuffer({ ...SIGNAL, ...values });
  const writer = writerOf(schema);
  const facts = createBodyFacts();
  expect(writer.body.walk(body, 0, body.length, facts)).toBe(true);
  const decoded = createBodyDecoder(writer.node)(body);
  expect([BigInt(facts.occurredAt), BigInt(facts.receivedAt)]).toEqual([decoded.occurred_at, decoded.received_at]);
  return decoded;
}

describe('writers whose signals are read', () => {
  const anId = { type: 'fixed', name: 'Id', size: 2 };
  it.each<[string, object, object, object]>([
    ['the contract’s own schema in another namespace', signalWith({}), {}, {}],
    [
      'a schema without its optional fields',
      signalWith({ email: undefined, properties: undefined }),
      {},
      { properties: [] },
    ],
    ['times that are plain longs', signalWith({ occurred_at: 'long', received_at: 'long' }), {}, {}],
    ['times in local milliseconds', signalWith({ occurred_at: long('local-timestamp-millis') }), {}, {}],
    ['times of a logical type that nobody knows', signalWith({ occurred_at: long('acme-instant') }), {}, {}],
    [
      'times in microseconds',
      signalWith({ occurred_at: long('timestamp-micros') }),
      { occurred_at: 1_795_660_000_123_999 },
      {},
    ],
    [
      'times in local microseconds',
      signalWith({ received_at: long('local-timestamp-micros') }),
      { received_at: 1_795_660_000_456_001 },
      {},
    ],
    ['null last', signalWith({ user_id: ['string', 'null'] }), {}, {}],
    ['an id that is always there', signalWith({ user_id: 'string' }), {}, {}],
    ['an id with a logical type', signalWith({ signal_id: { type: 'string', logicalType: 'uuid' } }), {}, {}],
    ['text as bytes', signalWith({ signal_id: 'bytes' }), { signal_id: Buffer.from('s-1') }, {}],
    ['a value that is whole', signalWith({ value: ['null', 'int'] }), { value: 5 }, { value: 5 }],
    [
      'a nested record of its own',
      signalWith({ page: { type: 'record', name: 'Page', fields: [{ name: 'id', type: anId }] } }),
      { page: { id: Buffer.from('ab') } },
      {},
    ],
    [
      'an enum of its own',
      signalWith({ plan: { type: 'enum', name: 'Plan', symbols: ['FREE', 'PRO'] } }),
      { plan: 'PRO' },
      {},
    ],
    ['aliases', signalWith({}, { aliases: ['Event'] }), {}, {}],
    ['a name that carries its namespace', signalWith({}, { name: 'org.other.Signal', namespace: undefined }), {}, {}],
  ])('%s', (_name, schema, values, expected) => {
    const { properties, ...rest } = SIGNAL;
    expect(readBack(schema, values)).toEqual({
      ...rest,
      occurred_at: BigInt(SIGNAL.occurred_at),
      received_at: BigInt(SIGNAL.received_at),
      properties: Object.entries(properties),
      ...expected,
    });
  });

  it('types that another subject defines', () => {
    const kinds = { type: 'record', name: 'Who', namespace: 'com.shared', fields: [{ name: 'id', type: 'string' }] };
    const answer = answerOf(signalWith({ who: 'com.shared.Who' }), [kinds]);
    expect(isSignalWriter(readSignalWriter(7, answer))).toBe(true);
  });
});

describe('writers that are refused in words', () => {
  it.each<[string, object, string]>([
    ['an array', { type: 'array', items: 'string' }, 'it is an array; register the record itself'],
    [
      'another name',
      signalWith({}, { name: 'DemoRequest' }),
      'the record is named "DemoRequest"; name it Signal, in any namespace',
    ],
    ['no event time', signalWith({ occurred_at: undefined }), 'the field "occurred_at" is missing'],
    [
      'a time as text',
      signalWith({ occurred_at: 'string' }),
      '"occurred_at" is a string; it may be a long of logical type',
    ],
    [
      'a time of day',
      signalWith({ occurred_at: { type: 'int', logicalType: 'time-millis' } }),
      'is an int of logical type time-millis',
    ],
    [
      'a time of day in microseconds',
      signalWith({ received_at: long('time-micros') }),
      'is a long of logical type time-micros',
    ],
    ['a date', signalWith({ occurred_at: { type: 'int', logicalType: 'date' } }), 'is an int of logical type date'],
    ['a time as a double', signalWith({ occurred_at: 'double' }), '"occurred_at" is a double'],
    [
      'a time that may be absent',
      signalWith({ occurred_at: ['null', 'long'] }),
      '"occurred_at" is a union of null, long',
    ],
    [
      'an enum as type',
      signalWith({ type: { type: 'enum', name: 'Kind', symbols: ['a'] } }),
      '"type" is an enum; it may be a string or bytes',
    ],
    [
      'an id of fixed bytes',
      signalWith({ signal_id: { type: 'fixed', name: 'Id', size: 16 } }),
      '"signal_id" is a fixed',
    ],
    [
      'an id as a number',
      signalWith({ user_id: ['null', 'long'] }),
      '"user_id" is a union of null, long; it may be a string or bytes',
    ],
    ['a value as text', signalWith({ value: 'string' }), '"value" is a string; it may be a double'],
    [
      'properties that are a list',
      signalWith({ properties: { type: 'array', items: 'string' } }),
      '"properties" is an array; it may be a map of strings',
    ],
    [
      'properties that may be null',
      signalWith({ properties: { type: 'map', values: ['null', 'string'] } }),
      '"properties" is a map of union',
    ],
    [
      'properties that are a record',
      signalWith({ properties: { type: 'record', name: 'P', fields: [] } }),
      '"properties" is a record',
    ],
  ])('%s', (_name, schema, words) => {
    const verdict = read(schema);
    expect(verdict).toMatchObject({ reason: 'unreadable_schema' });
    expect((verdict as { detail: string }).detail).toContain(words);
  });

  it('names every field that does not fit at once', () => {
    const verdict = read(signalWith({ source: 'int', received_at: 'string' })) as { detail: string };
    expect(verdict.detail).toMatch(/"source" is an int.*"received_at" is a string/);
  });
});

describe('units of time', () => {
  const units = [
    ['timestamp-millis', 1],
    ['timestamp-micros', 1_000],
    ['timestamp-nanos', 1_000_000],
  ] as const;
  const zigzag = (value: bigint): Buffer => {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    return Buffer.from([...bytes, Number(rest)]);
  };

  it.each(units)('%s is cut to milliseconds towards the past, by walk and decoder alike', (logicalType, unit) => {
    const writer = writerOf({
      type: 'record',
      name: 'Signal',
      fields: [
        ...['occurred_at', 'received_at'].map((name) => ({ name, type: long(logicalType) })),
        ...['signal_id', 'type', 'source'].map((name) => ({ name, type: 'string' })),
      ],
    });
    const decode = createBodyDecoder(writer.node, ['occurred_at', 'received_at']);
    const near = fc
      .bigInt({ min: -4n * 10n ** 12n, max: 4n * 10n ** 12n })
      .chain((ms) => fc.bigInt({ min: -2n, max: 2n }).map((off) => ms * BigInt(unit) + off));
    const any = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(near, fc.oneof(near, any), (occurred, received) => {
        const body = Buffer.concat([zigzag(occurred), zigzag(received), Buffer.alloc(3)]);
        const facts = createBodyFacts();
        expect(writer.body.walk(body, 0, body.length, facts)).toBe(true);
        expect(BigInt(facts.occurredAt)).toBe(toMillis(occurred, unit));
        expect(decode(body)).toEqual({ occurred_at: toMillis(occurred, unit), received_at: toMillis(received, unit) });
        const exact = Number(toMillis(received, unit));
        expect(Math.abs(facts.receivedAt - exact)).toBeLessThanOrEqual(1 + Math.abs(exact) / 2 ** 51);
      }),
      { numRuns: 1_000 },
    );
  });

  it('rules before 2 took every whole number for milliseconds', () => {
    const schema = signalWith({
      occurred_at: long('timestamp-micros'),
      received_at: { type: 'int', logicalType: 'date' },
    });
    expect(isSignalWriter(read(schema))).toBe(false);
    const { node } = writerOf(schema, 1);
    const body = Type.forSchema(schema as unknown as Schema).toBuffer({ ...SIGNAL, received_at: 20_000 });
    expect(createBodyDecoder(node)(body)).toMatchObject({
      occurred_at: BigInt(SIGNAL.occurred_at),
      received_at: 20_000n,
    });
  });
});
