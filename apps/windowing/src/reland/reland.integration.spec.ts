import { createSignal } from '@millrace/contract-signal';
import { ensureTopics, silentLog } from '@millrace/platform-kafka';
import { useStack, waitFor } from '@millrace/platform-testing';

import type { Connections } from '../connections/connections';
import { topicsOf } from '../deployment';
import { framedSignal, openLandingFixture, type LandingFixture } from '../testing/landing-fixture';
import { replay } from '../replay/replay';
import { createSealing, type Sealing } from '../sealing/create-sealer';
import { sealNow } from '../windows/seal-now';
import { createReland } from './create-reland';

const stack = useStack();
let fixture: LandingFixture;
let connections: Connections;
let sealing: Sealing;
let topic: string;
let schemaId: number;

const RECORDS = 300;

beforeAll(async () => {
  fixture = await openLandingFixture(stack);
  connections = { ...fixture, log: silentLog };
  await ensureTopics(fixture.kafka, [...topicsOf(fixture.config)]);
  topic = await fixture.createTopic('website', 2);
  schemaId = await fixture.registerSchema(topic);
  const now = Date.now();
  const messages = Array.from({ length: RECORDS }, (_, i) => ({
    key: `k${i}`,
    // Every tenth record is no signal, every seventh repeats the one before.
    value:
      i % 10 === 9
        ? Buffer.from('{}')
        : framedSignal(
            schemaId,
            createSignal({
              signal_id: `id-${i % 7 === 6 ? i - 1 : i}`,
              type: 'page_viewed',
              source: 'website',
              occurred_at: now - 3 * 3_600_000 - (i % 7 === 6 ? i - 1 : i) * 60_000,
              received_at: now,
              email: `person${i % 20}@example.com`,
            }),
          ),
  }));
  await fixture.send(topic, messages);
  await fixture.start();
  sealing = await createSealing(fixture.config, {
    ...connections,
    reland: createReland(fixture.config, connections),
  });
  await sealing.sealer.start();
});
afterAll(async () => {
  await sealing.stop();
  await fixture.close();
});

it('reads offsets that are landed nowhere from the log again, and seals everything', async () => {
  await waitFor(
    'everything to be landed',
    async () => (await fixture.count('signals_raw')) + (await fixture.count('signals_quarantined')),
    {
      until: (rows) => rows === RECORDS,
    },
  );
  await fixture.clickhouse.command('delete from signals_raw where offset in (3, 4, 60)');
  await fixture.clickhouse.command('delete from signals_quarantined where offset < 40');
  const result = await sealNow(sealing, 30_000);
  if (result.kind !== 'sealed') throw new Error(JSON.stringify(result));
  const { sealed, duplicates, quarantined, late, offsets } = result.step.totals;
  expect({ quarantined, late, offsets }).toEqual({ quarantined: RECORDS / 10, late: 0, offsets: RECORDS });
  expect(sealed + duplicates + quarantined).toBe(RECORDS);
  expect(await fixture.count('(select distinct topic, partition, offset from signals_raw)')).toBe(RECORDS * 0.9);
  expect(await fixture.count('conservation', 'not is_balanced')).toBe(0);
});

it('has nothing more to seal, until more is sent', async () => {
  expect(await sealNow(sealing, 10_000)).toEqual({ kind: 'nothing', step: 1 });
  const now = Date.now();
  const late = createSignal({
    signal_id: 'late',
    type: 'page_viewed',
    source: 'website',
    occurred_at: now - 86_400_000,
    received_at: now,
    user_id: 'u',
  });
  await fixture.send(topic, [{ key: 'u', value: framedSignal(schemaId, late) }]);
  expect(await sealNow(sealing, 30_000)).toMatchObject({
    kind: 'sealed',
    step: { step: 2, totals: { sealed: 1, late: 1 } },
  });
});

it('rebuilds the chain from the log alone, in an empty database', async () => {
  const report = await replay(connections, { from: 1, to: 2, source: 'kafka' });
  expect(report.steps.map(({ step, is_equal }) => ({ step, is_equal }))).toEqual([
    { step: 1, is_equal: true },
    { step: 2, is_equal: true },
  ]);
});
