import {
  createSignal,
  REJECTED_HEADERS,
  SIGNAL_SCHEMA,
  signalType,
  type SchemaAnswer,
} from '@millrace/contract-signal';
import { frame } from '@millrace/platform-kafka';
import { Type, type Schema } from 'avsc';
import fc from 'fast-check';

import { createSignalReader } from './signal-reader';

const NOW = Date.UTC(2026, 10, 26, 4, 42);
const HOUR = 3_600_000;
const rules = { futureSlackMs: HOUR, horizonMs: 400 * 24 * HOUR, isReceiptJudged: true };

interface FieldSchema {
  readonly name: string;
}
const base = SIGNAL_SCHEMA as unknown as { readonly fields: readonly FieldSchema[] };
const schemaWith = (...fields: readonly (FieldSchema & { readonly type: unknown })[]): Schema =>
  ({
    ...base,
    namespace: 'com.acme',
    fields: [...fields, ...base.fields.filter(({ name }) => !fields.some((field) => field.name === name))],
  }) as unknown as Schema;

/** By schema id. */
const SCHEMAS: readonly Schema[] = [
  SIGNAL_SCHEMA,
  schemaWith({ name: 'team', type: 'string' }),
  schemaWith({ name: 'occurred_at', type: { type: 'long', logicalType: 'timestamp-micros' } }),
  schemaWith({ name: 'occurred_at', type: 'string' }),
];
const answers = SCHEMAS.map((schema): SchemaAnswer => {
  const json = JSON.stringify(schema);
  return { ok: true, schema: { json, references: [], type: Type.forSchema(JSON.parse(json) as Schema) } };
});
const unknown: SchemaAnswer = { ok: false, reason: 'unknown_schema', detail: '' };
const asked: number[] = [];
const read = createSignalReader({
  peekSchema: (id) => (id === 0 ? answers[0] : undefined),
  schemaById: async (id) => {
    asked.push(id);
    return answers[id] ?? unknown;
  },
});

const good = createSignal({
  signal_id: 's1',
  type: 'demo_requested',
  source: 'website',
  occurred_at: NOW,
  received_at: NOW,
  email: 'ann@acme.test',
  properties: { plan: 'pro' },
});
const SEEN = {
  signal_id: 's1',
  type: 'demo_requested',
  occurred_at: NOW,
  received_at: NOW,
  user_id: null,
  email: 'ann@acme.test',
  account_id: null,
  domain: null,
  url: null,
};
const body = signalType.toBuffer(good);
const recordOf = (value: Buffer | null, headers = {}) => ({ value, headers, timestamp: NOW });
const written = (changes: object): Buffer => frame(0, signalType.toBuffer({ ...good, ...changes }));
const typeOf = (id: number): Type => (answers[id] as Extract<SchemaAnswer, { ok: true }>).schema.type;

it.each<[string, Buffer, object]>([
  ['the contract’s schema', written({}), {}],
  ['a team’s own fields, in a namespace of its own', frame(1, typeOf(1).toBuffer({ ...good, team: 'growth' })), {}],
  ['microseconds', frame(2, typeOf(2).toBuffer({ ...good, occurred_at: NOW * 1_000 + 999 })), {}],
  ['a header of others', written({}), { trace: 'x' }],
  ['a header without a value', written({}), { [REJECTED_HEADERS.reason]: null }],
])('reads %s', async (_name, value, headers) => {
  expect(await read(recordOf(value, headers), rules)).toEqual(SEEN);
});

it('asks for a schema once', async () => {
  expect(asked).toEqual([1, 2]);
});

it.each<[string, Buffer | null, object]>([
  ['no value', null, {}],
  ['an empty value', Buffer.alloc(0), {}],
  ['JSON', Buffer.from('{"type":"demo_requested"}'), {}],
  ['a frame alone', frame(0, Buffer.alloc(0)), {}],
  ['a schema that the registry does not know', frame(99, body), {}],
  ['a schema whose times are text', frame(3, body), {}],
  ['a body that goes on', frame(0, Buffer.concat([body, Buffer.alloc(1)])), {}],
  ['a body that is cut', frame(0, body.subarray(0, -1)), {}],
  [
    'an e-mail that is not UTF-8',
    frame(0, Buffer.from(body.toString('latin1').replace('ann', '\xff\xfe\xfd'), 'latin1')),
    {},
  ],
  [
    'properties that are not UTF-8',
    frame(0, Buffer.from(body.toString('latin1').replace('pro', '\xff\xfe\xfd'), 'latin1')),
    {},
  ],
  ['what the collector rejected', written({}), { [REJECTED_HEADERS.reason]: Buffer.from('invalid_event') }],
  ['no id', written({ signal_id: '' }), {}],
  ['no identity', written({ email: '' }), {}],
  ['the year 2030', written({ occurred_at: Date.UTC(2030, 0, 1) }), {}],
  ['an event before 1970', written({ occurred_at: -1 }), {}],
  ['an event of years ago', written({ occurred_at: NOW - 401 * 24 * HOUR }), {}],
  ['a receipt in microseconds', written({ received_at: NOW * 1_000 }), {}],
  ['a receipt before 1970', written({ received_at: -1 }), {}],
  ['microseconds in a schema that says milliseconds', written({ occurred_at: NOW * 1_000 }), {}],
])('does not act on %s', async (_name, value, headers) => {
  expect(await read(recordOf(value, headers), rules)).toBeNull();
});

it('reads a signal exactly, or nothing, whatever happened to its bytes', async () => {
  const times = fc.oneof(fc.integer({ min: NOW - HOUR, max: NOW }), fc.integer({ min: -1e15, max: 1e15 }));
  const signals = fc.record({
    signal_id: fc.string(),
    occurred_at: times,
    received_at: times,
    email: fc.option(fc.string({ unit: 'grapheme' })),
    user_id: fc.option(fc.string()),
    url: fc.option(fc.webUrl()),
  });
  const damage = fc.option(fc.tuple(fc.nat(), fc.nat(255)));
  await fc.assert(
    fc.asyncProperty(signals, damage, async (changes, broken) => {
      const bytes = Buffer.from(written(changes));
      if (broken !== null) bytes[broken[0] % bytes.length] = broken[1];
      const seen = await read(recordOf(bytes), rules);
      if (seen === null) return;
      // Decoded and written again as the signal schema has it, it is the same: nothing was replaced or cut.
      const decoded = signalType.fromBuffer(bytes.subarray(5)) as Record<string, unknown>;
      expect(signalType.toBuffer(decoded).length).toBeLessThanOrEqual(bytes.length - 5);
      expect(decoded).toMatchObject(seen);
      expect(Math.max(seen.occurred_at, seen.received_at)).toBeLessThanOrEqual(NOW + HOUR);
      expect(seen.occurred_at).toBeGreaterThanOrEqual(NOW - rules.horizonMs);
      expect(seen.signal_id).not.toBe('');
    }),
    { numRuns: 2_000 },
  );
});
