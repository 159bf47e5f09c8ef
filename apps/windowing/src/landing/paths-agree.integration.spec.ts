import { createClickHouse, runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { frame } from '@millrace/platform-kafka';
import { useStack } from '@millrace/platform-testing';
import { signalType } from '@millrace/contract-signal';
import { Type } from 'avsc';
import fc from 'fast-check';

import { Chunk } from './flush/chunk';
import { landRecord } from './intake/land-record';
import { planWriter, type LandingPath } from './intake/writer-plan';
import type { Lane } from './partitions/lane';
import { LandingStore } from './store/landing-store';
import { APPENDED_AT, arbitraryWriter, type WriterCase } from './testing/arbitrary-writer';
import { MIGRATIONS } from './testing/landing-fixture';

jest.setTimeout(300_000);

const stack = useStack();
let clickhouse: ClickHouse;
let store: LandingStore;
beforeAll(async () => {
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await runMigrations({ clickhouse, service: 'windowing', directory: MIGRATIONS });
  store = new LandingStore(clickhouse, 3_600_000);
});
afterAll(() => clickhouse.close());

const rules = { futureSlackMs: 3_600_000, horizonMs: 400 * 86_400_000 };
const signal = new AbortController().signal;
let cases = 0;
const served = { fast: 0, rows: 0, quarantined: 0 };

async function land({ schema, bodies }: WriterCase, path: LandingPath, topic: string): Promise<void> {
  const schemaId = 7;
  const lookup = {
    ok: true,
    schema: { id: schemaId, json: JSON.stringify(schema), type: Type.forSchema(schema as never) },
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

const landedOf = (topic: string): Promise<Record<string, unknown>[]> =>
  clickhouse.query(
    `select * except (topic, value, received_at, properties), reinterpretAsUInt64(assumeNotNull(value)) as value_bits,
       isNull(value) as is_null, toString(toUnixTimestamp64Milli(received_at)) as received_at_ms,
       mapKeys(properties) as keys, mapValues(properties) as texts
     from signals_raw where topic = {topic: String} order by offset
     settings output_format_json_quote_64bit_integers = 1`,
    { topic },
  );
const quarantinedOf = (topic: string): Promise<unknown[]> =>
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
      expectAsAvscReads(writerCase, rows);
      served.rows += rows.length;
      served.quarantined += quarantined.length;
    }),
    { numRuns: 40, endOnFailure: true },
  );
  // The generator reaches what it is meant to reach.
  expect(served.fast).toBeGreaterThan(100);
  expect(served.rows).toBeGreaterThan(served.fast);
  expect(served.quarantined).toBeGreaterThan(50);
});

/** The schema resolution of avsc as an independent witness. */
function expectAsAvscReads({ schema, bodies }: WriterCase, rows: readonly Record<string, unknown>[]): void {
  const resolver = signalType.createResolver(Type.forSchema(schema as never), { ignoreNamespaces: true });
  for (const row of rows) {
    let read: Record<string, unknown>;
    try {
      read = signalType.fromBuffer(bodies[Number(row['offset'])] as Buffer, resolver) as Record<string, unknown>;
    } catch (error) {
      expect((error as Error).message).toContain('precision loss');
      continue;
    }
    for (const name of ['signal_id', 'type', 'email', 'domain', 'country', 'url', 'user_agent']) {
      expect(row[name]).toEqual(read[name]);
    }
    expect(new Date(String(row['occurred_at'])).getTime()).toBe(read['occurred_at']);
    expect(row['is_null'] === 1).toBe(read['value'] === null);
  }
}
