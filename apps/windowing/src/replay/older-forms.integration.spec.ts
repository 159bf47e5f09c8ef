import { createSignal, SIGNAL_SCHEMA } from '@millrace/contract-signal';
import { ensureTopics, frame, silentLog } from '@millrace/platform-kafka';
import { useStack, waitFor } from '@millrace/platform-testing';
import { Type } from 'avsc';

import type { Connections } from '../connections/connections';
import { topicsOf } from '../deployment';
import { openLandingFixture, type LandingFixture } from '../testing/landing-fixture';
import { createReland } from '../reland/create-reland';
import { createSealing } from '../sealing/create-sealer';
import { sealNow } from '../windows/seal-now';
import { publishRebuild } from './rebuild';
import { replay } from './replay';

/** The build that runs: 1 is one from before the normal forms of @millrace/identity. */
let mockForms = 1;
jest.mock('../sealing/enrich/forms-of', () => {
  const actual = jest.requireActual<object>('../sealing/enrich/forms-of');
  return Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(actual),
      FORMS_VERSION: { enumerable: true, get: () => mockForms },
    },
  ) as object;
});

const HOUR = 3_600_000;
const stack = useStack();
let fixture: LandingFixture;
let connections: Connections;
let topic: string;
let schemaId: number;

beforeAll(async () => {
  fixture = await openLandingFixture(stack);
  connections = { ...fixture, log: silentLog };
  await ensureTopics(fixture.kafka, [...topicsOf(fixture.config)]);
  topic = await fixture.createTopic('website');
  schemaId = await fixture.registerSchema(topic);
});
afterAll(() => fixture.close());

const type = Type.forSchema(structuredClone(SIGNAL_SCHEMA));
const EMAILS = [' Ana@Bücher.de.', 'bo@acme.uk.com', 'Cy <cy@acme.com>', 'di@printer.local', 'ed@fastmail.com'];

async function openSealing() {
  const sealing = await createSealing(fixture.config, {
    ...connections,
    reland: createReland(fixture.config, connections),
  });
  await sealing.sealer.start();
  return sealing;
}

/** Lands and seals one signal an e-mail with a build of this version. */
async function sealWith(forms: number, occurredAt: number): Promise<number | undefined> {
  mockForms = forms;
  const landing = await fixture.start();
  const sealing = await openSealing();
  const before = await fixture.position(topic);
  const signals = EMAILS.map((email, index) =>
    createSignal({
      signal_id: `${forms}-${index}`,
      type: 'page_viewed',
      source: 'website',
      occurred_at: occurredAt,
      received_at: occurredAt,
      email,
    }),
  );
  await fixture.send(
    topic,
    signals.map((signal) => ({ value: frame(schemaId, type.toBuffer(signal)) })),
  );
  await waitFor('the records to be landed', () => fixture.position(topic), {
    until: (position) => position === before + EMAILS.length,
  });
  const result = await sealNow(sealing, 30_000);
  await sealing.stop();
  await landing.stop();
  if (result.kind !== 'sealed') throw new Error(JSON.stringify(result));
  return result.step.normal_forms;
}

const sealed = (forms: number): Promise<unknown[]> =>
  fixture.clickhouse
    .query<Record<string, unknown>>(
      'select email_normalized, company_domain from signals where startsWith(signal_id, {prefix: String}) order by signal_id',
      { prefix: `${forms}-` },
    )
    .then((rows) => rows.map((row) => Object.values(row)));

const FIRST = [
  ['ana@bücher.de.', 'bücher.de'],
  ['bo@acme.uk.com', 'uk.com'],
  [null, null],
  ['di@printer.local', 'printer.local'],
  ['ed@fastmail.com', 'fastmail.com'],
];
const CURRENT = [
  ['ana@xn--bcher-kva.de', 'xn--bcher-kva.de'],
  ['bo@acme.uk.com', 'acme.uk.com'],
  [null, null],
  ['di@printer.local', null],
  ['ed@fastmail.com', null],
];

it('makes steps of older normal forms again by those, and a rebuild by the newest', async () => {
  const now = Date.now();
  expect(await sealWith(1, now - 5 * HOUR)).toBe(1);
  expect(await sealWith(2, now - 3 * HOUR)).toBe(2);
  expect(await sealed(1)).toEqual(FIRST);
  expect(await sealed(2)).toEqual(CURRENT);
  for (const source of ['kafka', 'raw'] as const) {
    const { steps } = await replay(connections, { from: 1, to: 2, source });
    expect(steps.map(({ state }) => state)).toEqual(['equal', 'equal']);
  }
  const sealing = await openSealing();
  const hour = Math.floor((now - 5 * HOUR) / HOUR) * HOUR;
  expect(await publishRebuild(sealing, hour, hour + HOUR)).toMatchObject({ step: 3, normal_forms: 2 });
  await sealing.stop();
  expect(await sealed(1)).toEqual(CURRENT);
  const { steps } = await replay(connections, { from: 1, to: 3, source: 'raw' });
  expect(steps.map(({ state }) => state)).toEqual(['equal', 'equal', 'equal']);
});
