import { createSignal, SIGNAL_SCHEMA, SUBJECT_COMPATIBILITY, valueSubject } from '@millrace/contract-signal';
import { frame } from '@millrace/platform-kafka';
import { useStack, waitFor } from '@millrace/platform-testing';
import { Type, type Schema } from 'avsc';

import { openLandingFixture, type LandingFixture } from '../testing/landing-fixture';

interface FieldSchema {
  readonly name: string;
  readonly type: unknown;
  readonly default?: unknown;
  readonly aliases?: readonly string[];
}
interface RecordSchema {
  readonly name: string;
  readonly fields: readonly FieldSchema[];
  readonly [attribute: string]: unknown;
}
const BASE = SIGNAL_SCHEMA as unknown as RecordSchema;

const added = (field: FieldSchema): RecordSchema => ({ ...BASE, fields: [...BASE.fields, field] });
const without = (name: string): RecordSchema => ({
  ...BASE,
  fields: BASE.fields.filter((field) => field.name !== name),
});
const changed = (name: string, change: Partial<FieldSchema>): RecordSchema => ({
  ...BASE,
  fields: BASE.fields.map((field) => (field.name === name ? { ...field, ...change } : field)),
});
const plan = (symbols: readonly string[], fallback?: string) =>
  added({
    name: 'plan',
    type: { type: 'enum', name: 'Plan', symbols, ...(fallback ? { default: fallback } : {}) },
    default: symbols[0],
  });
const int = (type: string): RecordSchema => added({ name: 'seats', type, default: 0 });

/**
 * The table of docs/guide/publish-signals.md: what the registry says to a change of the schema, and what Millrace says to a
 * record that was written with it all the same. `after`: what was registered before besides the contract's own schema.
 */
const CHANGES: readonly {
  readonly change: string;
  readonly schema: RecordSchema;
  readonly after?: RecordSchema;
  readonly registry: 'accepts' | 'refuses';
  readonly millrace: 'reads' | 'quarantines';
  readonly values?: object;
  readonly row?: object;
}[] = [
  {
    change: 'add a field with a default',
    schema: added({ name: 'tenant', type: ['null', 'string'], default: null }),
    registry: 'accepts',
    millrace: 'reads',
  },
  {
    change: 'add a field without a default',
    schema: added({ name: 'tenant', type: 'string' }),
    registry: 'refuses',
    millrace: 'reads',
    values: { tenant: 't' },
  },
  {
    change: 'remove a field with a default',
    schema: without('referrer'),
    registry: 'accepts',
    millrace: 'reads',
    row: { referrer: null },
  },
  { change: 'remove a required field', schema: without('received_at'), registry: 'refuses', millrace: 'quarantines' },
  {
    change: 'rename a field with a default, with or without alias',
    schema: changed('referrer', { name: 'referer', aliases: ['referrer'] }),
    registry: 'accepts',
    millrace: 'reads',
    values: { referer: 'https://x.test' },
    row: { referrer: null },
  },
  {
    change: 'rename a required field',
    schema: changed('source', { name: 'origin', aliases: ['source'] }),
    registry: 'refuses',
    millrace: 'quarantines',
    values: { origin: 'crm' },
  },
  {
    change: 'take a default away',
    schema: changed('email', { default: undefined }),
    registry: 'accepts',
    millrace: 'reads',
  },
  {
    change: 'write null last',
    schema: changed('user_id', { type: ['string', 'null'], default: undefined }),
    registry: 'accepts',
    millrace: 'reads',
  },
  {
    change: 'make an optional field required',
    schema: changed('user_id', { type: 'string', default: undefined }),
    registry: 'refuses',
    millrace: 'reads',
  },
  {
    change: 'string to bytes',
    schema: changed('signal_id', { type: 'bytes' }),
    registry: 'accepts',
    millrace: 'reads',
    values: { signal_id: Buffer.from('as bytes') },
    row: { signal_id: 'as bytes' },
  },
  {
    change: 'string to an enum',
    schema: changed('type', { type: { type: 'enum', name: 'Kind', symbols: ['demo_requested'] } }),
    registry: 'refuses',
    millrace: 'quarantines',
  },
  {
    change: 'a time in microseconds',
    schema: changed('occurred_at', { type: { type: 'long', logicalType: 'timestamp-micros' } }),
    registry: 'accepts',
    millrace: 'reads',
    values: { occurred_at: 1_795_660_000_123_999 },
  },
  {
    change: 'a time as text',
    schema: changed('occurred_at', { type: 'string' }),
    registry: 'refuses',
    millrace: 'quarantines',
    values: { occurred_at: '2026-11-26' },
  },
  {
    change: 'a time as a date',
    schema: changed('received_at', { type: { type: 'int', logicalType: 'date' } }),
    registry: 'refuses',
    millrace: 'quarantines',
    values: { received_at: 20_000 },
  },
  {
    change: 'a time as a double',
    schema: changed('occurred_at', { type: 'double' }),
    registry: 'refuses',
    millrace: 'quarantines',
  },
  {
    change: 'a time that may be null',
    schema: changed('occurred_at', { type: ['null', 'long'] }),
    registry: 'refuses',
    millrace: 'quarantines',
  },
  {
    change: 'an id of fixed bytes',
    schema: changed('signal_id', { type: { type: 'fixed', name: 'Id', size: 2 } }),
    registry: 'refuses',
    millrace: 'quarantines',
    values: { signal_id: Buffer.from('ab') },
  },
  {
    change: 'an id as a number',
    schema: changed('user_id', { type: ['null', 'long'] }),
    registry: 'refuses',
    millrace: 'quarantines',
    values: { user_id: 5 },
  },
  {
    change: 'properties that may be null',
    schema: changed('properties', { type: { type: 'map', values: ['null', 'string'] } }),
    registry: 'refuses',
    millrace: 'quarantines',
  },
  {
    change: 'a value as a float',
    schema: changed('value', { type: ['null', 'float'] }),
    registry: 'refuses',
    millrace: 'reads',
    values: { value: 0.5 },
    row: { value: 0.5 },
  },
  {
    change: 'a value that is whole',
    schema: changed('value', { type: ['null', 'long'] }),
    registry: 'refuses',
    millrace: 'reads',
    values: { value: 5 },
    row: { value: 5 },
  },
  {
    change: 'widen a field of one’s own from int to long',
    after: int('int'),
    schema: int('long'),
    registry: 'refuses',
    millrace: 'reads',
  },
  {
    change: 'add a symbol to an enum without a default symbol',
    after: plan(['FREE']),
    schema: plan(['FREE', 'PRO']),
    registry: 'refuses',
    millrace: 'reads',
    values: { plan: 'PRO' },
  },
  {
    change: 'add a symbol to an enum with a default symbol',
    after: plan(['FREE'], 'FREE'),
    schema: plan(['FREE', 'PRO'], 'FREE'),
    registry: 'accepts',
    millrace: 'reads',
    values: { plan: 'PRO' },
  },
  { change: 'another namespace', schema: { ...BASE, namespace: 'com.acme' }, registry: 'accepts', millrace: 'reads' },
  {
    change: 'another record name',
    schema: { ...BASE, name: 'DemoRequest' },
    registry: 'refuses',
    millrace: 'quarantines',
  },
  {
    change: 'another order of fields',
    schema: { ...BASE, fields: [...BASE.fields].reverse() },
    registry: 'accepts',
    millrace: 'reads',
  },
];

const NOW = 1_795_660_000_123;
const stack = useStack();
let fixture: LandingFixture;
let topic: string;

beforeAll(async () => {
  fixture = await openLandingFixture(stack);
  topic = await fixture.createTopic('crm');
  // Its slack makes the records of the table signals on any day.
  await fixture.start({
    SIGNAL_FUTURE_SLACK_SECONDS: String(10 * 365 * 86_400),
    SIGNAL_HORIZON_SECONDS: String(10 * 365 * 86_400),
  });
});
afterAll(() => fixture.close());

let subjects = 0;
const register = (schema: object, compatibility: 'FULL_TRANSITIVE' | 'NONE', subject: string): Promise<number> =>
  fixture.registry.registerSchema(subject, schema as Schema, { compatibility });

async function registryOn(schema: RecordSchema, after: RecordSchema | undefined): Promise<'accepts' | 'refuses'> {
  const subject = valueSubject(`${stack.topicPrefix}change-${subjects++}`);
  await register(BASE, SUBJECT_COMPATIBILITY, subject);
  if (after !== undefined) await register(after, SUBJECT_COMPATIBILITY, subject);
  return register(schema, SUBJECT_COMPATIBILITY, subject).then(
    () => 'accepts',
    (error: { readonly code?: string }) => {
      expect(error.code).toBe('SCHEMA_INCOMPATIBLE');
      return 'refuses';
    },
  );
}

/** The record's row or its verdict once it is landed. */
async function land(schemaId: number, body: Buffer): Promise<Record<string, unknown>> {
  const offset = await fixture.position(topic);
  await fixture.send(topic, [{ value: frame(schemaId, body) }]);
  await waitFor('the record to be landed', () => fixture.position(topic), { until: (position) => position > offset });
  const [row] = await fixture.clickhouse.query<Record<string, unknown>>(
    `select *, toUnixTimestamp64Milli(occurred_at) as occurred_ms from signals_raw where topic = {topic: String} and offset = {offset: UInt64}`,
    { topic, offset },
  );
  if (row !== undefined) return row;
  const [verdict] = await fixture.clickhouse.query<Record<string, unknown>>(
    'select reason, detail from signals_quarantined where topic = {topic: String} and offset = {offset: UInt64}',
    { topic, offset },
  );
  return verdict ?? {};
}

const signal = createSignal({
  signal_id: 's',
  type: 'demo_requested',
  source: 'crm',
  occurred_at: NOW,
  received_at: NOW,
  user_id: 'u',
});
const DEFAULTS = { seats: 1, plan: 'FREE', tenant: null };
const bodyOf = (schema: object, values: object = {}): Buffer =>
  Type.forSchema(structuredClone(schema) as Schema).toBuffer({ ...DEFAULTS, ...signal, ...values });

it.each(CHANGES)('$change: the registry $registry it, Millrace $millrace it', async (line) => {
  const { schema, after, registry, millrace, values, row } = line;
  expect(await registryOn(schema, after)).toBe(registry);
  const id = await register(schema, 'NONE', valueSubject(`${stack.topicPrefix}all-the-same-${subjects++}`));
  const landed = await land(id, bodyOf(schema, values));
  if (millrace === 'quarantines') {
    expect(landed).toMatchObject({
      reason: 'unreadable_schema',
      detail: expect.stringMatching(/; it may be|; name it/),
    });
  } else {
    expect(landed).toMatchObject({ signal_id: 's', user_id: 'u', type: 'demo_requested', occurred_ms: NOW, ...row });
  }
});

it('lands records whose schema refers to types of other subjects, by either path', async () => {
  const namespace = 'com.shared';
  const post = async (subject: string, schema: object, references: readonly object[]): Promise<number> => {
    const response = await fetch(`${stack.schemaRegistryUrl}/subjects/${encodeURIComponent(subject)}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema: JSON.stringify(schema), references }),
    });
    return ((await response.json()) as { id: number }).id;
  };
  const tier = { type: 'enum', name: 'Tier', namespace, symbols: ['SMB', 'ENTERPRISE'] };
  const company = {
    type: 'record',
    name: 'Company',
    namespace,
    fields: [
      { name: 'name', type: 'string' },
      { name: 'tier', type: 'com.shared.Tier' },
    ],
  };
  const subjectOf = (name: string): string => `${stack.topicPrefix}${namespace}.${name}`;
  await post(subjectOf('Tier'), tier, []);
  const tierReference = { name: 'com.shared.Tier', subject: subjectOf('Tier'), version: 1 };
  await post(subjectOf('Company'), company, [tierReference]);
  const references = [{ name: 'com.shared.Company', subject: subjectOf('Company'), version: 1 }, tierReference];
  const schema = {
    ...BASE,
    fields: [{ name: 'company', type: 'com.shared.Company' }, ...BASE.fields, { name: 'was', type: 'com.shared.Tier' }],
  };
  const id = await post(subjectOf('Signal'), schema, references);
  const registry = {};
  for (const reference of [tier, company]) Type.forSchema(structuredClone(reference) as Schema, { registry });
  const body = Type.forSchema(structuredClone(schema) as unknown as Schema, { registry }).toBuffer({
    ...signal,
    company: { name: 'Acme', tier: 'ENTERPRISE' },
    was: 'SMB',
  });
  expect(await land(id, body)).toMatchObject({ signal_id: 's', occurred_ms: NOW });
  const reader = fixture.registry.decoder<{ signal_id: string }>(Type.forSchema(SIGNAL_SCHEMA));
  expect(await reader(frame(id, body))).toMatchObject({ ok: true, value: { signal_id: 's', occurred_at: NOW } });
});
