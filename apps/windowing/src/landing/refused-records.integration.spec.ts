import { createSignal, type Signal } from '@millrace/contract-signal';
import { useStack, waitFor } from '@millrace/platform-testing';

import { LandingStore } from './store/landing-store';
import { framedSignal, openLandingFixture, type LandingFixture } from '../testing/landing-fixture';

const stack = useStack();
let fixture: LandingFixture;
beforeAll(async () => {
  fixture = await openLandingFixture(stack);
  await fixture.clickhouse.command(
    "alter table signals_raw add constraint spec check user_id is null or user_id != 'bad'",
  );
});
afterAll(() => fixture.close());

const signalOf = (signal_id: string, change: Partial<Signal> = {}): Signal => {
  const now = Date.now();
  return createSignal({
    signal_id,
    type: 'page_viewed',
    source: 'website',
    occurred_at: now,
    received_at: now,
    user_id: 'u-1',
    ...change,
  });
};
const landed = async (topic: string): Promise<number[]> =>
  (
    await fixture.clickhouse.query<{ offset: number }>(
      'select distinct offset from signals_raw where topic = {topic: String} order by offset',
      { topic },
    )
  ).map(({ offset }) => offset);
const quarantined = (topic: string): Promise<{ offset: number; reason: string; detail: string; bytes: string }[]> =>
  fixture.clickhouse.query(
    `select offset, reason, detail, base64Encode(bytes) as bytes from signals_quarantined final
     where topic = {topic: String} order by offset`,
    { topic },
  );

describe.each(['fast', 'reference'] as const)('a record that ClickHouse refuses, on the %s path,', (path) => {
  it('is quarantined alone, the others are landed, and every offset counts', async () => {
    const topic = await fixture.createTopic(`refused-${path}`);
    const id = await fixture.registerSchema(topic);
    const signals = Array.from({ length: 40 }, (_, offset) =>
      signalOf(`s-${offset}`, [0, 17, 39].includes(offset) ? { user_id: 'bad' } : {}),
    );
    const values = signals.map((signal) => framedSignal(id, signal));
    await fixture.send(
      topic,
      values.map((value) => ({ value })),
    );
    const landing = await fixture.start({ LANDING_PATH: path });
    await waitFor('the position', () => fixture.position(topic), { until: (position) => position === 40 });

    const records = await quarantined(topic);
    expect(records.map(({ offset, reason }) => [offset, reason])).toEqual(
      [0, 17, 39].map((offset) => [offset, 'refused_by_store']),
    );
    expect(records[1]?.detail).toContain('Constraint `spec`');
    if (path === 'fast') expect(records[1]?.bytes).toBe(values[17]?.toString('base64'));
    expect(await landed(topic)).toEqual(
      Array.from({ length: 40 }, (_, offset) => offset).filter((o) => o % 39 && o !== 17),
    );

    // The schema stays on its path: what comes next is landed as before.
    await fixture.send(topic, [{ value: framedSignal(id, signalOf('next')) }]);
    await waitFor('the next one', () => fixture.position(topic), { until: (position) => position === 41 });
    await landing.stop();
  });
});

it('times that no calendar has are landed or quarantined, and hold up nothing', async () => {
  const topic = await fixture.createTopic('times');
  const id = await fixture.registerSchema(topic);
  const times = [0, -1, 1, -(2 ** 52), 2 ** 52, 1_795_505_635_469_000, 253_402_300_800_000, -62_135_596_800_001];
  const signals = times.flatMap((time, index) => [
    signalOf(`received-${index}`, { received_at: time }),
    signalOf(`occurred-${index}`, { occurred_at: time }),
  ]);
  await fixture.send(
    topic,
    [...signals, signalOf('good')].map((signal) => ({ value: framedSignal(id, signal) })),
  );
  const landing = await fixture.start();
  await waitFor('the position', () => fixture.position(topic), {
    until: (position) => position === signals.length + 1,
  });
  await landing.stop();
  const judged = (await quarantined(topic)).map(({ offset }) => offset);
  expect([...(await landed(topic)), ...judged].sort((a, b) => a - b)).toEqual(
    Array.from({ length: signals.length + 1 }, (_, offset) => offset),
  );
});

it('records of more days than the server takes in one insert by default are landed', async () => {
  const store = new LandingStore(fixture.clickhouse, 3_600_000);
  const rows = Array.from({ length: 150 }, (_, offset) =>
    JSON.stringify({
      topic: 'many-days',
      topic_epoch: 0,
      partition: 0,
      offset,
      appended_at: Date.UTC(2026, 0, 1) + offset * 86_400_000,
      schema_id: 1,
      ...signalOf(`d-${offset}`),
      value_bits: null,
      properties: [],
    }),
  );
  await store.insertRows(rows, { signal: new AbortController().signal });
  expect(await landed('many-days')).toHaveLength(150);
});
