import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ClickHouse } from '@millrace/platform-clickhouse';
import { silentLog } from '@millrace/platform-kafka';
import { useStack } from '@millrace/platform-testing';

import { readWindowingConfig } from '../app.config';
import type { Connections } from '../connections/connections';
import { readConservation } from '../conservation/read-conservation';
import { assertKept } from '../replay/rebuild';
import { replay } from '../replay/replay';
import { HOUR, MINUTE, SealingFixture, T0 } from '../testing/sealing-fixture';
import type { Sealer } from '../sealing/sealer';
import { RawArchive } from './archive/raw-archive';
import { dropRaw } from './drop-raw';
import { readSealedBefore } from './read-drops';
import { retentionSettingsOf } from './retention-settings';
import { runRetention } from './run-retention';

const DAY = 24 * HOUR;
const stack = useStack();
let fixture: SealingFixture;
let sealer: Sealer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'raw-archive-'));
  fixture = await SealingFixture.create(stack);
  ({ sealer } = await fixture.replica());
});
afterAll(async () => {
  await fixture.close();
  await rm(folder, { recursive: true });
});

let offset = 0;
/** Lands signals that happened and were appended at the times; copies of the same id happen at the same time. */
async function land(...signals: [id: string, occurredAt: number, appendedAt?: number][]): Promise<void> {
  const rows = signals.map(([id, occurredAt, appendedAt]) => ({
    partition: 0,
    offset: offset++,
    id,
    occurredAt,
    appendedAt: appendedAt ?? occurredAt,
    url: `https://example.com/${id}`,
  }));
  await fixture.land(rows);
}

async function seal(now: number): Promise<number> {
  await fixture.reach(offset);
  fixture.now = now;
  const proposed = await sealer.propose();
  if (proposed.kind === 'wait') throw new Error(proposed.because);
  const outcome = await sealer.seal(proposed.proposal);
  if (outcome.kind !== 'sealed') throw new Error(outcome.because);
  return outcome.step.step;
}

const drop = (keepFrom: number, url?: string) =>
  dropRaw({
    clickhouse: fixture.clickhouse,
    database: stack.database,
    keepFrom,
    archive:
      url === undefined
        ? undefined
        : new RawArchive(fixture.clickhouse, { url, accessKeyId: undefined, secretAccessKey: undefined }),
  });

async function states(from: number, to: number, environment: Readonly<Record<string, string>> = {}) {
  const connections: Connections = {
    config: readWindowingConfig({ ...stack.environment, ...environment }),
    clickhouse: fixture.clickhouse,
    kafka: fixture.kafka,
    registry: undefined as never,
    log: silentLog,
  };
  const report = await replay(connections, { from, to, source: 'raw' });
  return {
    isEqual: report.is_equal,
    verified: report.verified,
    states: report.steps.map(({ state, not_kept: notKept }) => (notKept === null ? state : `${state}: ${notKept}`)),
  };
}

async function assertBalanced(): Promise<void> {
  const found = await readConservation(fixture.clickhouse);
  expect(found.partitions.filter((row) => !row.is_balanced)).toEqual([]);
  expect(await fixture.clickhouse.query('select * from window_conservation where not is_balanced')).toEqual([]);
}

const rawDays = () =>
  fixture.clickhouse.query<{ day: string; rows: number }>(
    'select _partition_id as day, count() as rows from signals_raw group by day order by day',
  );

describe('days of landed records', () => {
  it('are dropped when they are old and sealed; a day with a record above the vector survives', async () => {
    await land(['a', T0 - 2 * DAY], ['b', T0 - 2 * DAY], ['a', T0 - 2 * DAY], ['c', T0 - DAY]);
    expect(await seal(T0 - DAY + HOUR + 11 * MINUTE)).toBe(1);
    // Late: its window is closed, so only the vector tells that it is not sealed.
    await land(['d', T0 - 2 * DAY, T0 - DAY + HOUR]);
    expect(await drop(T0)).toEqual({ dropped: ['20261118'], held: ['20261119'], rows: 3 });
    expect(await rawDays()).toEqual([{ day: '20261119', rows: 2 }]);
    await assertBalanced();
  });

  it('survive while a window of theirs is open, and go once it is sealed', async () => {
    await land(['e', T0, T0 - DAY + 2 * HOUR]);
    await seal(T0 - 22 * HOUR + 11 * MINUTE);
    expect(await drop(T0)).toMatchObject({ dropped: [], held: ['20261119'] });
    await seal(T0 + HOUR + 11 * MINUTE);
    expect(await drop(T0)).toMatchObject({ dropped: ['20261119'], held: [] });
    await assertBalanced();
  });

  it('are dropped by several replicas at once without harm', async () => {
    await land(['f', T0 + HOUR], ['g', T0 + HOUR]);
    await seal(T0 + 2 * HOUR + 11 * MINUTE);
    await Promise.all([drop(T0 + 2 * DAY), drop(T0 + 2 * DAY), drop(T0 + 2 * DAY)]);
    expect(await rawDays()).toEqual([]);
    await assertBalanced();
  });

  it('leave steps that replay names as no longer kept, and those that it still verifies', async () => {
    await land(['h', T0 + 3 * DAY]);
    const last = await seal(T0 + 3 * DAY + HOUR + 11 * MINUTE);
    const { isEqual, verified, states: all } = await states(1, last);
    expect(all.slice(0, 2)).toEqual([
      'not_kept: landed records of 2026-11-18 to 2026-11-19',
      'not_kept: landed records of 2026-11-19',
    ]);
    expect(all.at(-1)).toBe('equal');
    expect({ isEqual, verified }).toEqual({ isEqual: true, verified: 1 });
  });

  it('that vanish without retention are missing, not dropped', async () => {
    await fixture.clickhouse.command(`delete from signals_raw where signal_id = 'h'`);
    const { isEqual, states: all } = await states(5, 5);
    expect({ isEqual, all }).toEqual({ isEqual: false, all: ['missing'] });
    await fixture.land([
      { partition: 0, offset: offset - 1, id: 'h', occurredAt: T0 + 3 * DAY, url: 'https://example.com/h' },
    ]);
    expect((await states(5, 5)).states).toEqual(['equal']);
  });
});

describe('days of landed records with an archive', () => {
  const url = () => `file://${folder}`;
  const archived = () => readdir(join(folder, 'signals_raw'));

  it('are written, read back and only then dropped', async () => {
    await land(['i', T0 + 4 * DAY], ['j', T0 + 4 * DAY], ['i', T0 + 4 * DAY], ['k', T0 + 5 * DAY]);
    await seal(T0 + 5 * DAY + HOUR + 11 * MINUTE);
    expect(await drop(T0 + 5 * DAY, url())).toMatchObject({ dropped: ['20261123', '20261124'] });
    expect(await archived()).toEqual([
      expect.stringMatching(/^20261123-1-.*\.parquet$/),
      expect.stringMatching(/^20261124-3-.*\.parquet$/),
    ]);
    expect(await rawDays()).toEqual([{ day: '20261125', rows: 1 }]);
    await assertBalanced();
  });

  it('are read by replay from there: a step of archived and of landed records is verified', async () => {
    expect(await states(5, 6, { RAW_ARCHIVE_URL: url() })).toEqual({
      isEqual: true,
      verified: 2,
      states: ['equal', 'equal'],
    });
    expect((await states(5, 6)).states).toEqual([
      'not_kept: landed records of 2026-11-23',
      'not_kept: landed records of 2026-11-24',
    ]);
  });

  it('stay when the archive cannot be written', async () => {
    await writeFile(join(folder, 'not-a-folder'), '');
    await expect(drop(T0 + 6 * DAY, `${url()}/not-a-folder`)).rejects.toMatchObject({
      code: 'ARCHIVE_FAILED',
      isRetryable: true,
    });
    expect(await rawDays()).toEqual([{ day: '20261125', rows: 1 }]);
  });

  it('stay when another content is read back than was written', async () => {
    const [other] = await archived();
    const clickhouse = Object.assign(Object.create(fixture.clickhouse) as ClickHouse, {
      command: async (...call: Parameters<ClickHouse['command']>) => {
        await fixture.clickhouse.command(...call);
        const files = await archived();
        const written = files.find((name) => name.startsWith('20261125')) ?? '';
        await copyFile(join(folder, 'signals_raw', other ?? ''), join(folder, 'signals_raw', written));
      },
    });
    const archive = new RawArchive(clickhouse, { url: url(), accessKeyId: undefined, secretAccessKey: undefined });
    await expect(
      dropRaw({ clickhouse: fixture.clickhouse, database: stack.database, keepFrom: T0 + 6 * DAY, archive }),
    ).rejects.toThrow('what was read back is not what was written');
    expect(await rawDays()).toEqual([{ day: '20261125', rows: 1 }]);
  });

  it('replace what a writer left half written, and a file that is whole is not written again', async () => {
    const { clickhouse } = fixture;
    const archive = new RawArchive(clickhouse, { url: url(), accessKeyId: undefined, secretAccessKey: undefined });
    const name = await archive.write(stack.database, '20261125');
    await writeFile(join(folder, name), 'PAR1 half');
    expect(await archive.write(stack.database, '20261125')).toBe(name);
    const write = jest.spyOn(clickhouse, 'command');
    await archive.write(stack.database, '20261125');
    expect(write).not.toHaveBeenCalled();
    write.mockRestore();
  });

  it('name no credentials when they fail', async () => {
    const secret = { accessKeyId: 'AKIA-known', secretAccessKey: "it's-a-secret" };
    const archive = new RawArchive(fixture.clickhouse, { url: 'http://127.0.0.1:1/bucket/prefix', ...secret });
    const failure: unknown = await archive
      .load('x.parquet', stack.database, 'signals_raw')
      .catch((error: unknown) => error);
    const told = JSON.stringify(failure, Object.getOwnPropertyNames(failure)) + String((failure as Error).stack);
    expect(failure).toMatchObject({ code: 'ARCHIVE_FAILED' });
    expect(told).not.toMatch(/AKIA-known|a-secret/);
  });
});

describe('a round of retention', () => {
  it('drops quarantined months and sealed rows of windows past their time; conservation still counts them', async () => {
    await fixture.quarantine(0, offset++);
    await land(['l', T0 + 6 * DAY]);
    const last = await seal(T0 + 6 * DAY + HOUR + 11 * MINUTE);
    const before = await readConservation(fixture.clickhouse);
    expect(before.totals).toMatchObject({ quarantined: 1, unaccounted: 0 });
    const earlier = await readConservation(fixture.clickhouse, 1);
    await settle();

    // 400 days later the chain has gone on.
    await land(['m', T0 + 440 * DAY]);
    await seal(T0 + 440 * DAY + HOUR + 11 * MINUTE);
    await settle();
    const settings = retentionSettingsOf(readWindowingConfig(stack.environment));
    const parts = { clickhouse: fixture.clickhouse, database: stack.database, log: silentLog };
    await Promise.all([runRetention(parts, settings, T0 + 441 * DAY), runRetention(parts, settings, T0 + 441 * DAY)]);
    await runRetention(parts, settings, T0 + 441 * DAY);

    expect(await fixture.clickhouse.query('select signal_id from signals')).toEqual([{ signal_id: 'm' }]);
    expect(await fixture.clickhouse.query('select count() as rows from signals_quarantined')).toEqual([{ rows: 0 }]);
    await assertBalanced();
    const after = await readConservation(fixture.clickhouse);
    expect(after.totals).toMatchObject({ sealed: before.totals.sealed + 1, quarantined: 1 });
    expect(after.quarantined_by_reason).toEqual({ no_longer_kept: 1 });
    expect((await readConservation(fixture.clickhouse, 1)).totals.sealed).toBe(earlier.totals.sealed);
    expect((await readConservation(fixture.clickhouse, last)).is_balanced).toBe(true);
    expect(
      await fixture.clickhouse.query(
        'select is_kept, sum(sealed) as sealed from windows group by is_kept order by is_kept',
      ),
    ).toEqual([
      { is_kept: false, sealed: before.totals.sealed },
      { is_kept: true, sealed: 1 },
    ]);
    const sealedBefore = await readSealedBefore(fixture.clickhouse, stack.database);
    expect(sealedBefore).toBe(Date.UTC(2026, 11, 1));
    expect(() => assertKept(T0, sealedBefore)).toThrow('no longer kept');
    expect(() => assertKept(T0 + 440 * DAY, sealedBefore)).not.toThrow();
  });
});

/** Folds everything: no losing attempts are left. */
async function settle(): Promise<void> {
  const { sealer: quick } = await fixture.replica({ longestInsertSeconds: -60 });
  await quick.fold();
  await quick.fold();
}
