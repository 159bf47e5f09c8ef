import { MillraceError } from '@millrace/platform-errors';
import { useStack } from '@millrace/platform-testing';

import { createClickHouse, type ClickHouse } from '../clickhouse';
import { checkMigrations } from '../migrations/check-migrations';
import { runMigrations } from '../migrations/run-migrations';
import { readSetAside, readWaiting, type SetAsideRow } from './read-set-aside';
import { dismissSetAside, retrySetAside } from './resolve-set-aside';
import { SettingAside, type RecordTable } from './setting-aside';

const stack = useStack();
let clickhouse: ClickHouse;
let lines: string[] = [];
const log = { error: (_fields: object, message: string): void => void lines.push(message) };
const create = (): SettingAside => new SettingAside({ clickhouse, service: 'spec', log });

const COLUMNS = `id UInt32, amount Nullable(Decimal(9, 2)), at DateTime64(3, 'UTC'), kind Enum8('a' = 1), note String,
  who Nullable(UUID), tags Array(String), counts Map(String, UInt32), is_new Bool, constraint small check id < 1000000`;
type Thing = Record<string, unknown>;
const things: RecordTable<Thing> = {
  table: 'things',
  toRow: (thing) => {
    if (thing['kind'] === 'throws') throw new RangeError('Invalid time value');
    return thing;
  },
};
const good = (id: number): Thing => ({ id, at: '2026-03-08T07:00:00.123Z', kind: 'a', note: `n${id}` });
const ids = async (): Promise<number[]> =>
  (await clickhouse.query<{ id: number }>('select id from things final order by id')).map(({ id }) => id);
const setAside = (): Promise<SetAsideRow[]> => readSetAside(clickhouse, 'spec', { limit: 1_000 });
const contents = async (): Promise<unknown[]> =>
  (await setAside()).map(({ content }) => (JSON.parse(content) as Thing)['id']).sort();

beforeAll(async () => {
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await runMigrations({ clickhouse, service: 'spec', directory: `${__dirname}/migrations` });
});
afterAll(() => clickhouse.close());
beforeEach(async () => {
  lines = [];
  await clickhouse.command('truncate table rows_set_aside');
  await clickhouse.command('drop table if exists things');
  await clickhouse.command(
    `create table things (${COLUMNS}) engine = ReplacingMergeTree partition by toYYYYMM(at) order by id`,
  );
});

it('has a migration that keeps to the rules', () => {
  expect(checkMigrations(`${__dirname}/migrations`)).toEqual([]);
});

it.each<[string, Thing]>([
  ['an instant in the year 58872', { at: '+058872-04-02T00:00:00.000Z' }],
  ['an instant that is empty', { at: '' }],
  ['an element that the enum does not know', { kind: 'b' }],
  ['a decimal that is too large', { amount: 1e30 }],
  ['a negative number for an unsigned column', { counts: { a: -1 } }],
  ['a fraction for a whole number', { counts: { a: 1.5 } }],
  ['text for a list', { tags: 'a' }],
  ['a list for a map', { counts: [1] }],
  ['what is not a uuid', { who: 'zz' }],
  ['what is not a boolean', { is_new: 'maybe' }],
  ['half a surrogate pair', { note: 'a\ud800b' }],
  ['a violated constraint', { id: 1_000_000 }],
  ['a value that JSON cannot say', { note: 12n }],
  ['a row that cannot be made', { kind: 'throws' }],
])('sets aside a row with %s and stores the others', async (_name, bad) => {
  const rows = [good(1), good(2), { ...good(3), ...bad }, good(4), good(5)];
  expect(await create().insert(things, rows)).toEqual({ stored: 4, setAside: 1 });
  expect(await ids()).toEqual([1, 2, 4, 5]);
  const [row] = await setAside();
  expect(row?.reason).not.toBe('');
  expect(lines).toEqual([expect.stringContaining('1 rows of things were refused')]);
});

it('needs one insert when nothing is refused, and none without items', async () => {
  const insertRows = jest.spyOn(clickhouse, 'insertRows');
  await create().insert(
    things,
    Array.from({ length: 1_000 }, (_, id) => good(id)),
  );
  await create().insert(things, []);
  expect(insertRows).toHaveBeenCalledTimes(1);
  insertRows.mockRestore();
});

it('sets the same record aside once, however often it is read', async () => {
  const rows = [good(1), { ...good(2), kind: 'b' }, { ...good(3), kind: 'b' }];
  const origins = rows.map((_, offset) => ({ topic: 't', partition: 0, offset: BigInt(offset) }));
  const settingAside = create();
  for (let reading = 0; reading < 3; reading++) await settingAside.insert(things, rows, { origins });
  await create().insert(things, rows.slice(1), { origins: origins.slice(1) });
  expect(await readWaiting(clickhouse, 'spec')).toMatchObject([{ table_name: 'things', waiting: 2 }]);
  expect((await setAside()).map(({ offset }) => offset).sort()).toEqual([1, 2]);
});

it('sets aside a batch of nothing but bad rows, before and after the table took one', async () => {
  const bad = (from: number): Thing[] => Array.from({ length: 40 }, (_, i) => ({ ...good(from + i), kind: 'b' }));
  const settingAside = create();
  expect(await settingAside.insert(things, bad(100))).toEqual({ stored: 0, setAside: 40 });
  await settingAside.insert(things, [good(1)]);
  for (const from of [200, 300, 400]) {
    expect(await settingAside.insert(things, bad(from))).toEqual({ stored: 0, setAside: 40 });
  }
  expect(await contents()).toHaveLength(160);
});

it('stores rows of any number of months at once', async () => {
  const rows = Array.from({ length: 150 }, (_, id) => ({
    ...good(id),
    at: new Date(Date.UTC(2000, id)).toISOString(),
  }));
  expect(await create().insert(things, rows)).toEqual({ stored: 150, setAside: 0 });
});

describe('a table that is wrong', () => {
  const many = Array.from({ length: 120 }, (_, id) => good(id));

  it.each([
    ['is not there', 'drop table things'],
    ['lacks a column', 'alter table things drop column note'],
    ['has a column under another name', 'alter table things rename column note to notes'],
    ['refuses every row', 'alter table things add constraint never check length(note) > 1000'],
    ['has a column of another type', 'alter table things modify column note UInt32'],
  ])('that %s holds its rows back: none is set aside', async (_name, sql) => {
    const proven = create();
    await proven.insert(things, [good(0)]);
    await clickhouse.command('truncate table things');
    await clickhouse.command(sql);
    // One that saw the table work, and one that did not.
    for (const settingAside of [proven, create()]) {
      await expect(settingAside.insert(things, many)).rejects.toBeInstanceOf(MillraceError);
    }
    await expect(proven.insert(things, [good(1)])).rejects.toBeInstanceOf(MillraceError);
    expect(await setAside()).toEqual([]);
  });

  it('that is mended takes all rows', async () => {
    const settingAside = create();
    await clickhouse.command('alter table things add constraint never check length(note) > 1000');
    await expect(settingAside.insert(things, many)).rejects.toThrow('ClickHouse takes no row into things');
    await clickhouse.command('alter table things drop constraint never');
    expect(await settingAside.insert(things, many)).toEqual({ stored: 120, setAside: 0 });
  });

  it('sets nothing aside when the refused rows cannot be kept', async () => {
    const settingAside = new SettingAside({ clickhouse: clickhouse, service: 'spec', log });
    await clickhouse.command('rename table rows_set_aside to kept_elsewhere');
    try {
      await expect(settingAside.insert(things, [good(1), { ...good(2), kind: 'b' }])).rejects.toBeInstanceOf(
        MillraceError,
      );
    } finally {
      await clickhouse.command('rename table kept_elsewhere to rows_set_aside');
    }
  });
});

it('is retried after the cause was mended, and says why when it is refused again', async () => {
  await create().insert(things, [good(1), { ...good(2), kind: 'b' }, { ...good(3), kind: 'throws' }]);
  const tables = [things];
  const first = await retrySetAside(clickhouse, tables, await setAside());
  expect(first.stored).toEqual([]);
  expect(first.refused.map(({ reason }) => reason)).toEqual(
    expect.arrayContaining([expect.stringContaining("Unknown element 'b'"), 'Invalid time value']),
  );
  await clickhouse.command("alter table things modify column kind Enum8('a' = 1, 'b' = 2)");
  const second = await retrySetAside(clickhouse, tables, await setAside());
  expect({ stored: second.stored.length, refused: second.refused.length }).toEqual({ stored: 1, refused: 1 });
  expect(await ids()).toEqual([1, 2]);
  expect(await contents()).toEqual([3]);
  expect(await dismissSetAside(clickhouse, await setAside())).toHaveLength(1);
  expect(await readWaiting(clickhouse, 'spec')).toEqual([]);
  const all = await readSetAside(clickhouse, 'spec', { withResolved: true, limit: 10 });
  expect(all.map(({ resolution }) => resolution).sort()).toEqual(['dismissed', 'stored']);
});
