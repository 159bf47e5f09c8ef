import { silentLog } from '@millrace/platform-kafka';
import { useStack } from '@millrace/platform-testing';

import type { Connections } from '../connections/connections';
import { readWindowingConfig } from '../app.config';
import { HOUR, MINUTE, SealingFixture, T0 } from '../testing/sealing-fixture';
import type { Sealing } from '../sealing/create-sealer';
import { publishRebuild } from './rebuild';
import { replay } from './replay';

const stack = useStack();
let fixture: SealingFixture;
let connections: Connections;

beforeAll(async () => {
  fixture = await SealingFixture.create(stack);
  connections = {
    config: readWindowingConfig(stack.environment),
    clickhouse: fixture.clickhouse,
    kafka: fixture.kafka,
    registry: undefined as never,
    log: silentLog,
  };
  const { sealer } = await fixture.replica();
  const signals = (from: number, to: number, at: number) =>
    Array.from({ length: to - from }, (_, i) => ({
      partition: 0,
      offset: from + i,
      id: `id-${(from + i) % 95}`,
      occurredAt: at + i,
      email: `Person${i}@Example-${i % 7}.com`,
    }));
  for (const [step, size] of [30, 60, 90].entries()) {
    await fixture.land(signals(size - 30, size, T0 + (step - 1) * HOUR));
    // A record that was landed twice is the same record.
    await fixture.land(signals(size - 30, size - 20, T0 + (step - 1) * HOUR));
    await fixture.reach(size);
    fixture.now = T0 + step * HOUR + 11 * MINUTE;
    const proposed = await sealer.propose();
    if (proposed.kind !== 'propose') throw new Error(proposed.because);
    await sealer.seal(proposed.proposal);
  }
  await fixture.land(signals(90, 100, T0 - HOUR));
  await fixture.reach(100);
  fixture.now += 6 * MINUTE;
  const late = await sealer.propose();
  if (late.kind !== 'propose') throw new Error(late.because);
  await sealer.seal(late.proposal);
});
afterAll(() => fixture.close());

it('rebuilds every recorded step with an equal digest, and leaves no scratch behind', async () => {
  const report = await replay(connections, { from: 1, to: 4, source: 'raw' });
  expect(report.steps.map(({ step, is_equal }) => ({ step, is_equal }))).toEqual(
    [1, 2, 3, 4].map((step) => ({ step, is_equal: true })),
  );
  expect(report.steps[3]).toMatchObject({ reason: 'late', sealed: 5 });
  const left = await fixture.clickhouse.query('select name from system.databases where name = {database: String}', {
    database: report.database,
  });
  expect(left).toEqual([]);
});

it('rebuilds a late step alone, on top of the recorded ones', async () => {
  expect(await replay(connections, { from: 4, to: 4, source: 'raw' })).toMatchObject({ is_equal: true });
});

it('notices a landed record that changed', async () => {
  await fixture.clickhouse.command(
    "alter table signals_raw update url = 'https://other' where offset = 3",
    {},
    { settings: { mutations_sync: '2' } },
  );
  const report = await replay(connections, { from: 1, to: 4, source: 'raw' });
  expect(report.steps.map((step) => step.is_equal)).toEqual([false, true, true, true]);
});

it('says when the landed records are no longer kept', async () => {
  await fixture.clickhouse.command('delete from signals_raw where offset = 50');
  const report = await replay(connections, { from: 2, to: 2, source: 'raw' });
  expect(report.steps).toEqual([expect.objectContaining({ rebuilt: null, is_equal: false })]);
});

it('refuses steps that are not in the chain', async () => {
  await expect(replay(connections, { from: 1, to: 9, source: 'raw' })).rejects.toMatchObject({ code: 'STEP_UNKNOWN' });
});

describe('a rebuild that is kept', () => {
  const into = `rebuilt_${stack.database}`.slice(0, 60);

  it.each<[string, string, 'raw' | 'kafka', RegExp]>([
    ['a database that exists, whatever is in it', 'existing', 'kafka', /exists, with 0 tables.*not resumed/],
    ['the database of the installation', 'own', 'kafka', /is the database of this installation/],
    ['what is not a name', 'a-b; drop', 'kafka', /not a name for a database/],
    ['landed records, which need none', 'other', 'raw', /needs --source kafka/],
  ])('is refused into %s', async (_what, name, source, words) => {
    const database = name === 'existing' ? into : name === 'own' ? stack.database : name;
    if (name === 'existing') await fixture.clickhouse.command('create database {into: Identifier}', { into });
    try {
      const refused = replay(connections, { from: 1, to: 4, source, into: database });
      await expect(refused).rejects.toMatchObject({
        code: 'USAGE_INVALID',
        message: expect.stringMatching(words) as string,
      });
      if (name === 'existing')
        await expect(refused).rejects.toMatchObject({
          advice: expect.stringContaining(`drop database ${into} sync`) as string,
        });
    } finally {
      if (name === 'existing') await fixture.clickhouse.command('drop database {into: Identifier}', { into });
    }
  });
});

describe('a published rebuild', () => {
  const rows = (view: string) =>
    fixture.clickhouse.query<{ rows: number; steps: number[] }>(
      `select count() as rows, arraySort(groupUniqArray(step)) as steps from ${view} where window_start = {w: DateTime}`,
      { w: (T0 - HOUR) / 1000 },
    );

  it('replaces the rows of its windows as the next step; earlier states stay readable', async () => {
    const { sealer, chain } = await fixture.replica();
    const before = await rows('signals');
    const step = await publishRebuild({ sealer, chain } as Sealing, T0 - HOUR, T0);
    expect(step).toMatchObject({ step: 5, reason: 'rebuild', totals: { sealed: 35, offsets: 0 } });
    expect(before).toEqual([{ rows: 35, steps: [1, 4] }]);
    expect(await rows('signals')).toEqual([{ rows: 35, steps: [5] }]);
    expect(await rows('signals_as_of(as_of_step = 4)')).toEqual(before);
    expect(await fixture.clickhouse.query('select sum(sealed) as sealed from windows')).toEqual([
      { sealed: (await rows('signals'))[0]!.rows + 60 },
    ]);
    expect(await fixture.clickhouse.query('select * from conservation where not is_balanced')).toEqual([]);
  });

  it('is verified by a replay like any step', async () => {
    expect(await replay(connections, { from: 5, to: 5, source: 'raw' })).toMatchObject({ is_equal: true });
  });

  it('refuses windows that are still open', async () => {
    const { sealer, chain } = await fixture.replica();
    await expect(publishRebuild({ sealer, chain } as Sealing, T0, T0 + 9 * HOUR)).rejects.toMatchObject({
      code: 'USAGE_INVALID',
    });
  });
});
