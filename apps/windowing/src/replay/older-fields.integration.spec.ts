import { createSignal, SIGNAL_SCHEMA, type KeyKind } from '@millrace/contract-signal';
import { ensureTopics, frame, silentLog } from '@millrace/platform-kafka';
import { useStack, waitFor } from '@millrace/platform-testing';
import { Type, type Schema } from 'avsc';

import type { Connections } from '../connections/connections';
import { topicsOf } from '../deployment';
import { createReland } from '../reland/create-reland';
import { CHECKSUM_COLUMNS, ROW_CHECKSUM } from '../sealing/attempt/row-expressions';
import { createSealing } from '../sealing/create-sealer';
import { openLandingFixture, type LandingFixture } from '../testing/landing-fixture';
import { sealNow } from '../windows/seal-now';
import { replay } from './replay';

/** The build that runs: 1 is one from before write keys had a kind. */
let mockFields = 1;
jest.mock('../sealing/attempt/sealed-fields', () => {
  const actual = jest.requireActual<object>('../sealing/attempt/sealed-fields');
  return Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(actual),
      FIELDS_VERSION: { enumerable: true, get: () => mockFields },
    },
  ) as object;
});

const HOUR = 3_600_000;
const stack = useStack();
let fixture: LandingFixture;
let connections: Connections;
let topic: string;

beforeAll(async () => {
  fixture = await openLandingFixture(stack);
  connections = { ...fixture, log: silentLog };
  await ensureTopics(fixture.kafka, [...topicsOf(fixture.config)]);
  topic = await fixture.createTopic('website');
});
afterAll(() => fixture.close());

const NEW_WRITER = SIGNAL_SCHEMA;
const OLD_WRITER = {
  ...(SIGNAL_SCHEMA as object),
  fields: (SIGNAL_SCHEMA as unknown as { fields: { name: string }[] }).fields.filter(({ name }) => name !== 'key_kind'),
} as unknown as Schema;

/** Lands and seals a signal of each kind with a build of this version. */
async function sealWith(fields: number, writer: Schema, occurredAt: number): Promise<number | undefined> {
  mockFields = fields;
  const schemaId = await fixture.registerSchema(topic, writer);
  const type = Type.forSchema(structuredClone(writer));
  const landing = await fixture.start();
  const sealing = await createSealing(fixture.config, {
    ...connections,
    reland: createReland(fixture.config, connections),
  });
  await sealing.sealer.start();
  const before = await fixture.position(topic);
  const kinds: readonly (KeyKind | null)[] = ['page', 'server', null];
  await fixture.send(
    topic,
    kinds.map((key_kind, index) => {
      const signal_id = `${before}-${index}`;
      const required = {
        signal_id,
        type: 'page_viewed',
        source: 'website',
        occurred_at: occurredAt,
        received_at: occurredAt,
      };
      return { value: frame(schemaId, type.toBuffer(createSignal({ ...required, user_id: 'u', key_kind }))) };
    }),
  );
  await waitFor('the records to be landed', () => fixture.position(topic), {
    until: (position) => position === before + kinds.length,
  });
  const result = await sealNow(sealing, 30_000);
  await sealing.stop();
  await landing.stop();
  if (result.kind !== 'sealed') throw new Error(JSON.stringify(result));
  return result.step.signal_fields;
}

it('makes steps from before write keys had a kind again without it, and with their digests', async () => {
  const now = Date.now();
  // Old records; new ones that an old build sealed; new ones.
  expect(await sealWith(1, OLD_WRITER, now - 5 * HOUR)).toBe(1);
  expect(await sealWith(1, NEW_WRITER, now - 5 * HOUR)).toBe(1);
  expect(await sealWith(2, NEW_WRITER, now - 3 * HOUR)).toBe(2);
  expect(
    await fixture.clickhouse.query(
      "select step, groupArray(ifNull(key_kind, '')) as kinds from (select * from signals order by offset) group by step order by step",
    ),
  ).toEqual([
    { step: 1, kinds: ['', '', ''] },
    { step: 2, kinds: ['', '', ''] },
    { step: 3, kinds: ['page', 'server', ''] },
  ]);
  const sameAsBefore = `${ROW_CHECKSUM} = cityHash64(tuple(${CHECKSUM_COLUMNS.join(', ')}))`;
  expect(
    await fixture.clickhouse.query(
      `select key_kind is null as is_without, min(${sameAsBefore}) as every, max(${sameAsBefore}) as any
      from signal_rows group by is_without order by is_without`,
    ),
  ).toEqual([
    { is_without: 0, every: 0, any: 0 },
    { is_without: 1, every: 1, any: 1 },
  ]);
  for (const source of ['kafka', 'raw'] as const) {
    const { steps } = await replay(connections, { from: 1, to: 3, source });
    expect(steps.map(({ state }) => state)).toEqual(['equal', 'equal', 'equal']);
  }
});
