import { createSignal, SIGNAL_SCHEMA, type Signal } from '@millrace/contract-signal';
import { ensureTopics, frame, silentLog } from '@millrace/platform-kafka';
import { useStack, waitFor } from '@millrace/platform-testing';
import { Type, type Schema } from 'avsc';

import type { Connections } from '../connections/connections';
import { topicsOf } from '../deployment';
import { openLandingFixture, type LandingFixture } from '../testing/landing-fixture';
import { createReland } from '../reland/create-reland';
import { createSealing } from '../sealing/create-sealer';
import { sealNow } from '../windows/seal-now';
import { replay } from './replay';

/** The build that runs: 1 is one from before received_at was judged and units were read. */
let mockRules = 1;
jest.mock('@millrace/contract-signal', () => {
  const actual = jest.requireActual<object>('@millrace/contract-signal');
  return Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(actual),
      RULES_VERSION: { enumerable: true, get: () => mockRules },
    },
  ) as object;
});

const stack = useStack();
let fixture: LandingFixture;
let connections: Connections;
let topic: string;
let ids: { readonly millis: number; readonly micros: number };

const base = SIGNAL_SCHEMA as unknown as { readonly fields: readonly { readonly name: string }[] };
const MICROS = {
  ...base,
  fields: base.fields.map((field) =>
    field.name === 'received_at' ? { ...field, type: { type: 'long', logicalType: 'timestamp-micros' } } : field,
  ),
} as unknown as Schema;

beforeAll(async () => {
  fixture = await openLandingFixture(stack);
  connections = { ...fixture, log: silentLog };
  await ensureTopics(fixture.kafka, [...topicsOf(fixture.config)]);
  topic = await fixture.createTopic('website');
  ids = { millis: await fixture.registerSchema(topic), micros: await fixture.registerSchema(topic, MICROS) };
});
afterAll(() => fixture.close());

/** Three signals of three hours ago, two of them with a time of receipt that the two builds read differently. */
function records(name: string): Buffer[] {
  const now = Date.now();
  const of = (id: string, received: number): Signal =>
    createSignal({
      signal_id: `${name}-${id}`,
      type: 'page_viewed',
      source: 'website',
      occurred_at: now - 3 * 3_600_000,
      received_at: received,
      user_id: 'u',
    });
  const [millis, micros] = [SIGNAL_SCHEMA, MICROS].map((schema) => Type.forSchema(structuredClone(schema))) as [
    Type,
    Type,
  ];
  return [
    frame(ids.millis, millis.toBuffer(of('good', now))),
    frame(ids.millis, millis.toBuffer(of('micros in millis', now * 1_000))),
    frame(ids.millis, millis.toBuffer(of('before 1970', -1))),
    frame(ids.micros, micros.toBuffer(of('micros', now * 1_000))),
  ];
}

/** Lands and seals with a build of these rules. */
async function sealWith(rules: number, name: string) {
  mockRules = rules;
  const landing = await fixture.start();
  const sealing = await createSealing(fixture.config, {
    ...connections,
    reland: createReland(fixture.config, connections),
  });
  await sealing.sealer.start();
  const before = await fixture.position(topic);
  await fixture.send(
    topic,
    records(name).map((value) => ({ value })),
  );
  await waitFor('the records to be landed', () => fixture.position(topic), {
    until: (position) => position === before + 4,
  });
  const result = await sealNow(sealing, 30_000);
  await sealing.stop();
  await landing.stop();
  if (result.kind !== 'sealed') throw new Error(JSON.stringify(result));
  const { sealed, quarantined } = result.step.totals;
  return { rules: result.step.rules, sealed, quarantined };
}

it('makes steps of older rules again by those, and newer ones by theirs', async () => {
  expect(await sealWith(1, 'old')).toEqual({ rules: 1, sealed: 4, quarantined: 0 });
  expect(await sealWith(2, 'new')).toEqual({ rules: 2, sealed: 2, quarantined: 2 });
  for (const source of ['kafka', 'raw'] as const) {
    const { steps } = await replay(connections, { from: 1, to: 2, source });
    expect(steps.map(({ state }) => state)).toEqual(['equal', 'equal']);
  }
});
