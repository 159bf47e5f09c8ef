import { createClickHouse, runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { frame } from '@millrace/platform-kafka';
import { useStack } from '@millrace/platform-testing';
import { IDENTITY_FIELDS, SIGNAL_SCHEMA } from '@millrace/contract-signal';
import { Type, types } from 'avsc';
import fc from 'fast-check';

import { Chunk } from './flush/chunk';
import { landRecord } from './intake/land-record';
import { planWriter, type LandingPath } from './intake/writer-plan';
import type { Lane } from './partitions/lane';
import { LandingStore } from './store/landing-store';
import { APPENDED_AT, arbitraryWriter, type WriterCase } from '../testing/arbitrary-writer';
import { MIGRATIONS } from '../deployment';

const stack = useStack();
let clickhouse: ClickHouse;
let store: LandingStore;
beforeAll(async () => {
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await runMigrations({ clickhouse, service: 'windowing', directory: MIGRATIONS });
  store = new LandingStore(clickhouse, 3_600_000);
});
afterAll(() => clickhouse.close());

const rules = { futureSlackMs: 3_600_000, horizonMs: 400 * 86_400_000, isReceiptJudged: true };
const signal = new AbortController().signal;
let cases = 0;
const served = { fast: 0, rows: 0, quarantined: 0 };

async function land({ schema, bodies }: WriterCase, path: LandingPath, topic: string): Promise<void> {
  const schemaId = 7;
  const lookup = {
    ok: true,
    schema: { id: schemaId, json: JSON.stringify(schema), references: [], type: Type.forSchema(schema as never) },
  } as const;
  const plan = planWriter(schemaId, lookup, path);
  const lane: Lane = { topic, topicEpoch: 0, partition: 3, rules, next: 0, end: undefined, refusal: null };
  const chunk = new Chunk(1);
  bodies.forEach((body, offset) => {
    const bytes = frame(schemaId, body);
    const record = { offset, appendedAt: APPENDED_AT, bytes, start: 0, end: bytes.length, headers: null };
    expect(landRecord(record, lane, chunk, () => plan)).toBe(true);
  });
  for (const part of chunk.containers.values()) {
    served.fast += part.container.rows;
    await store.insertContainer(part, chunk.lanes, { signal });
  }
  await store.insertRows(chunk.rows, { signal });
  await store.insertQuarantined(chunk.quarantined, { signal });
}

type Row = Record<string, unknown>;
const landedOf = (topic: string): Promise<Row[]> =>
  clickhouse.query(
    `select * except (topic, value, received_at, properties), reinterpretAsUInt64(assumeNotNull(value)) as value_bits,
       isNull(value) as is_null, toString(toUnixTimestamp64Milli(received_at)) as received_at_ms,
       mapKeys(properties) as keys, mapValues(properties) as texts
     from signals_raw where topic = {topic: String} order by offset
     settings output_format_json_quote_64bit_integers = 1`,
    { topic },
  );
const quarantinedOf = (topic: string): Promise<Row[]> =>
  clickhouse.query(
    `select * except (topic, quarantined_at, bytes), hex(bytes) as bytes
     from signals_quarantined where topic = {topic: String} order by offset`,
    { topic },
  );

it('both paths give the same rows and the same quarantine, whatever readable schema wrote the bodies', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryWriter, async (writerCase) => {
      const [fast, reference] = [`fast-${cases}`, `reference-${cases}`];
      cases++;
      await land(writerCase, 'fast', fast);
      await land(writerCase, 'reference', reference);
      const rows = await landedOf(fast);
      expect(rows).toEqual(await landedOf(reference));
      const quarantined = await quarantinedOf(fast);
      expect(quarantined).toEqual(await quarantinedOf(reference));
      expect(rows.length + quarantined.length).toBe(writerCase.bodies.length);
      expectAsAvscReads(writerCase, rows, quarantined);
      served.rows += rows.length;
      served.quarantined += quarantined.length;
    }),
    { numRuns: 40, endOnFailure: true },
  );
  // Whatever the seed, the generator reaches all of it.
  expect(served.fast).toBeGreaterThan(0);
  expect(served.rows).toBeGreaterThan(served.fast);
  expect(served.quarantined).toBeGreaterThan(0);
});

const UNITS: Readonly<Record<string, bigint>> = {
  'timestamp-micros': 1_000n,
  'local-timestamp-micros': 1_000n,
  'timestamp-nanos': 1_000_000n,
};
const exactLong = types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: () => Buffer.alloc(8),
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (left: bigint, right: bigint) => (left < right ? -1 : left > right ? 1 : 0),
});

type Read = Record<string, unknown> & { readonly occurred_at: bigint; readonly received_at: bigint };

/** Reads a body by the schema resolution of avsc, times exact; null where avsc refuses a `value` that it would round. */
function createWitness(schema: object): (body: Buffer) => Read | null {
  const registry = { long: exactLong };
  const reader = Type.forSchema(SIGNAL_SCHEMA, { registry: { ...registry } });
  const resolver = reader.createResolver(Type.forSchema(schema as never, { registry }), { ignoreNamespaces: true });
  const fields = (schema as { readonly fields: readonly { readonly name: string; readonly type: unknown }[] }).fields;
  const millis = (read: Record<string, unknown>, name: string): bigint => {
    const type = fields.find((field) => field.name === name)?.type;
    const value = BigInt(read[name] as bigint | number);
    const branch = Array.isArray(type) ? type[1] : type;
    const unit = UNITS[String((branch as { logicalType?: string } | undefined)?.logicalType)] ?? 1n;
    return (value - (((value % unit) + unit) % unit)) / unit;
  };
  return (body) => {
    let read: Record<string, unknown>;
    try {
      read = reader.fromBuffer(body, resolver) as Record<string, unknown>;
    } catch (error) {
      expect((error as Error).message).toContain('precision loss');
      return null;
    }
    return { ...read, occurred_at: millis(read, 'occurred_at'), received_at: millis(read, 'received_at') };
  };
}

/** The verdict by the words of the guide; null: a signal. */
function judge(read: Read): string | null {
  const [appended, slack, horizon] = [APPENDED_AT, rules.futureSlackMs, rules.horizonMs].map(BigInt) as [
    bigint,
    bigint,
    bigint,
  ];
  if (read['signal_id'] === '') return 'empty_signal_id';
  if (!IDENTITY_FIELDS.some((name) => Boolean(read[name]))) return 'no_identity';
  if (read.occurred_at > appended + slack) return 'future_event';
  if (read.occurred_at < 0n || read.occurred_at < appended - horizon) return 'too_old';
  return read.received_at < 100_000_000_000n || read.received_at > appended + slack ? 'invalid_received_at' : null;
}

/** The schema resolution of avsc as an independent witness, of rows and of verdicts. */
function expectAsAvscReads({ schema, bodies }: WriterCase, rows: readonly Row[], quarantined: readonly Row[]): void {
  const witness = createWitness(schema);
  for (const row of rows) {
    const read = witness(bodies[Number(row['offset'])] as Buffer);
    if (read === null) continue;
    expect(judge(read)).toBeNull();
    for (const name of ['signal_id', 'type', 'email', 'domain', 'country', 'url', 'user_agent']) {
      expect(row[name]).toEqual(read[name]);
    }
    expect(BigInt(new Date(String(row['occurred_at'])).getTime())).toBe(read.occurred_at);
    expect(row['received_at_ms']).toBe(String(read.received_at));
    expect(row['is_null'] === 1).toBe(read['value'] === null);
  }
  for (const { offset, reason } of quarantined) {
    const read = reason === 'invalid_avro' ? null : witness(bodies[Number(offset)] as Buffer);
    if (read !== null) expect(judge(read)).toBe(reason);
  }
}
