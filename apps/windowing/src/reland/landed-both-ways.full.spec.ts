import { createSignal } from '@millrace/contract-signal';
import { ensureTopics, silentLog } from '@millrace/platform-kafka';
import { useStack, waitFor } from '@millrace/platform-testing';

import { readWindowingConfig } from '../app.config';
import type { Connections } from '../connections/connections';
import { topicsOf } from '../deployment';
import { readConservation } from '../conservation/read-conservation';
import { framedSignal, openLandingFixture, type LandingFixture } from '../testing/landing-fixture';
import { replay } from '../replay/replay';
import { createSealing, type Sealing } from '../sealing/create-sealer';
import { sealNow } from '../windows/seal-now';
import { createReland } from './create-reland';

const DAY = 86_400_000;
const stack = useStack();
let fixture: LandingFixture;
let strict: Connections;
/** The same with settings that let signals in which are 500 days old. */
let wide: Connections;
let sealing: Sealing;
let topic: string;
let schemaId: number;

beforeAll(async () => {
  fixture = await openLandingFixture(stack);
  const wideConfig = readWindowingConfig({ ...stack.environment, SIGNAL_HORIZON_SECONDS: String(1_000 * 86_400) });
  strict = { ...fixture, log: silentLog };
  wide = { ...strict, config: wideConfig };
  await ensureTopics(fixture.kafka, [...topicsOf(fixture.config)]);
  topic = await fixture.createTopic('website');
  schemaId = await fixture.registerSchema(topic);
  await fixture.start();
  sealing = await createSealing(fixture.config, { ...strict, reland: createReland(fixture.config, strict) });
  await sealing.sealer.start();
});
afterAll(async () => {
  await sealing.stop();
  await fixture.close();
});

const signalOf = (id: string, age: number, user_id = 'u') =>
  framedSignal(
    schemaId,
    createSignal({
      signal_id: id,
      type: 'page_viewed',
      source: 'website',
      occurred_at: Date.now() - age,
      received_at: Date.now(),
      user_id,
    }),
  );

async function send(...values: Buffer[]): Promise<void> {
  const before = await fixture.position(topic);
  await fixture.send(
    topic,
    values.map((value) => ({ value })),
  );
  await waitFor('what was sent to be landed', () => fixture.position(topic), {
    until: (position) => position === before + values.length,
  });
}

async function sealAll() {
  const result = await sealNow(sealing, 30_000);
  if (result.kind !== 'sealed') throw new Error(JSON.stringify(result));
  const { sealed, quarantined, offsets } = result.step.totals;
  return { sealed, quarantined, offsets };
}

/** The step's states when rebuilt from each source, with the settings of before and those of after the change. */
async function replayed(to: number) {
  const states = async (connections: Connections, source: 'raw' | 'kafka') =>
    (await replay(connections, { from: 1, to, source })).steps.map(({ state }) => state);
  return [
    await states(strict, 'raw'),
    await states(wide, 'raw'),
    await states(strict, 'kafka'),
    await states(wide, 'kafka'),
  ];
}

it('a record landed both ways before its step is sealed, and every replay says so', async () => {
  await send(signalOf('new', 3 * 3_600_000), signalOf('old', 500 * DAY), Buffer.from('{}'));
  await createReland(wide.config, wide)(topic, [{ partition: 0, from: 0, to: 3 }]);
  expect(await fixture.count('signals_quarantined', 'offset = 1')).toBe(1);
  expect(await fixture.count('signals_raw', 'offset = 1')).toBe(1);
  expect(await sealAll()).toEqual({ sealed: 2, quarantined: 1, offsets: 3 });
  expect(await readConservation(fixture.clickhouse)).toMatchObject({
    is_balanced: true,
    totals: { offsets: 3, sealed: 2, quarantined: 1 },
    quarantined_by_reason: { wrong_magic: 1 },
  });
  expect(await replayed(1)).toEqual([['equal'], ['equal'], ['equal'], ['equal']]);
});

it('a record landed the other way after its step stays what the step says, and every replay says so', async () => {
  await send(signalOf('newer', 3 * 3_600_000), signalOf('older', 500 * DAY));
  expect(await sealAll()).toEqual({ sealed: 1, quarantined: 1, offsets: 2 });
  await createReland(wide.config, wide)(topic, [{ partition: 0, from: 3, to: 5 }]);
  expect(await fixture.count('signals_raw', 'offset = 4')).toBe(1);
  expect(await readConservation(fixture.clickhouse)).toMatchObject({
    is_balanced: true,
    totals: { offsets: 5, sealed: 3, quarantined: 2 },
    quarantined_by_reason: { too_old: 1, wrong_magic: 1 },
  });
  await send(signalOf('newest', 3 * 3_600_000));
  expect(await sealAll()).toEqual({ sealed: 1, quarantined: 0, offsets: 1 });
  const equal = ['equal', 'equal', 'equal'];
  expect(await replayed(3)).toEqual([equal, equal, equal, equal]);
});

it('a record that the store refused stays quarantined in its step, also when a replay’s store takes it', async () => {
  await fixture.clickhouse.command("alter table signals_raw add constraint spec check user_id != 'refused'");
  await send(signalOf('taken', 3_600_000), signalOf('refused', 3_600_000, 'refused'));
  expect(await sealAll()).toMatchObject({ quarantined: 1, offsets: 2 });
  await fixture.clickhouse.command('alter table signals_raw drop constraint spec');
  expect(await readConservation(fixture.clickhouse)).toMatchObject({
    is_balanced: true,
    quarantined_by_reason: { refused_by_store: 1 },
  });
  const equal = ['equal', 'equal', 'equal', 'equal'];
  expect(await replayed(4)).toEqual([equal, equal, equal, equal]);
});

it('steps of records that the log no longer holds are not kept, not different', async () => {
  const admin = fixture.kafka.admin();
  await admin.connect();
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '3' }] });
  await admin.disconnect();
  const report = await replay(strict, { from: 1, to: 3, source: 'kafka' });
  expect(report.steps.map(({ state, not_kept: notKept }) => notKept ?? state)).toEqual([
    'records that the log no longer holds',
    'equal',
    'equal',
  ]);
  expect(report).toMatchObject({ is_equal: true, verified: 2, not_kept: 1 });
});
