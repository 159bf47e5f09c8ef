import { Readable } from 'node:stream';
import { describeError } from '@millrace/platform-errors';
import { freePort, tcpProxy, useStack, waitFor } from '@millrace/platform-testing';
import { z } from 'zod';
import { createClickHouse, type ClickHouse } from './clickhouse';
import { clickhouseCodeOf } from './clickhouse.errors';

const stack = useStack();
let clickhouse: ClickHouse;

beforeAll(async () => {
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await clickhouse.command(
    'create table things (id UInt32, name String, at DateTime64(3)) engine = MergeTree order by id settings non_replicated_deduplication_window = 100;',
  );
});
afterAll(() => clickhouse.close());
beforeEach(() => clickhouse.command('truncate table things'));

const countThings = async (): Promise<number> =>
  (await clickhouse.queryOne('select count() as rows from things', {}, z.object({ rows: z.number() })))?.rows ?? -1;

describe('reading', () => {
  it('binds parameters of every usual type and reads instants as UTC ISO text', async () => {
    const [row] = await clickhouse.query(
      `select {n: UInt32} as n, {s: String} as s, {list: Array(String)} as list, {at: DateTime64(3)} as at,
              {nothing: Nullable(String)} as nothing;`,
      { n: 7, s: "it's \\ {x} \n\t'", list: ['a', "b'c"], at: new Date('2026-03-08T07:00:00.123Z'), nothing: null },
    );
    expect(row).toEqual({
      n: 7,
      s: "it's \\ {x} \n\t'",
      list: ['a', "b'c"],
      at: '2026-03-08T07:00:00.123Z',
      nothing: null,
    });
  });

  it.each([0, 2, 6_000])(
    'binds a list of %s tuples, to a parametrised view as well, in a read and in a command',
    async (length) => {
      const pairs = Array.from({ length }, (_, index) => [index, `it's \\ ${index}`]);
      await clickhouse.command(
        `create or replace view pairs as
       select arrayJoin({given: Array(Tuple(UInt64, String))}) as pair, pair.1 as id, pair.2 as name`,
      );
      const view = 'pairs(given = {pairs: Array(Tuple(UInt64, String))})';
      await clickhouse.command(`insert into things (id, name) select id, name from ${view}`, { pairs });
      const sql = `select count() as rows, countIf(name = concat('it\\'s \\\\ ', toString(id))) as same from`;
      const all = { rows: length, same: length };
      expect(await clickhouse.query(`${sql} ${view}`, { pairs })).toEqual([all]);
      expect(
        await clickhouse.query(`${sql} things where (id, name) in {pairs: Array(Tuple(UInt64, String))}`, { pairs }),
      ).toEqual([all]);
    },
  );

  it('gives counts as numbers', async () => {
    expect(await countThings()).toBe(0);
  });

  it('refuses a row that is not what the schema says, naming the column', async () => {
    await expect(clickhouse.query('select 1 as n', {}, z.object({ n: z.string() }))).rejects.toMatchObject({
      code: 'CLICKHOUSE_ROW_INVALID',
      message: expect.stringContaining('n:'),
    });
  });

  it('refuses a second row where one is expected', async () => {
    await expect(clickhouse.queryOne('select number from numbers(2)')).rejects.toThrow('gave 2 rows');
    expect(await clickhouse.queryOne('select number from numbers(0)')).toBeUndefined();
  });

  it('streams a result larger than one chunk, in order', async () => {
    let rows = 0;
    let outOfOrder = 0;
    for await (const { number } of clickhouse.stream<{ number: number }>('select number from numbers(200000)')) {
      if (number !== rows++) outOfOrder++;
    }
    expect({ rows, outOfOrder }).toEqual({ rows: 200_000, outOfOrder: 0 });
  });

  it('reads bytes of any format, and none of a result that cannot be made to its end', async () => {
    const read = async (sql: string): Promise<string> => {
      let text = '';
      for await (const bytes of clickhouse.readBytes(sql, 'TabSeparated', { upTo: 200_000 })) {
        text += Buffer.from(bytes).toString();
      }
      return text;
    };
    const text = await read('select number from numbers({upTo: UInt64})');
    expect(text).toBe(Array.from({ length: 200_000 }, (_, n) => `${n}\n`).join(''));
    await expect(read('select throwIf(number = 150000) from numbers({upTo: UInt64})')).rejects.toThrow();
  });

  it('raises an error that happens in the middle of a stream', async () => {
    const read = async (): Promise<number> => {
      let rows = 0;
      const sql = 'select throwIf(number = 500000) as bad, number from numbers(600000)';
      for await (const _row of clickhouse.stream(sql, {}, undefined, { settings: { max_block_size: '1000' } })) rows++;
      return rows;
    };
    await expect(read()).rejects.toMatchObject({ code: 'CLICKHOUSE_QUERY_FAILED' });
  });
});

describe('errors', () => {
  it('keeps the code of ClickHouse and does not retry a query that is wrong', async () => {
    const failure = await clickhouse.query('select nonsense').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'CLICKHOUSE_QUERY_FAILED', isRetryable: false, actor: 'developer' });
    expect(clickhouseCodeOf(failure)).toBe(47);
  });

  it.each([
    ['a table', 60, () => clickhouse],
    ['the database', 81, () => clickhouse.onDatabase('never_deployed')],
  ])('says how %s that is missing is created', async (what, code, on) => {
    const failure = await on()
      .query('select 1 from nowhere')
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      message: `ClickHouse lacks ${what}`,
      isRetryable: false,
      actor: 'operator',
      advice: expect.stringContaining('npx millrace deploy') as string,
    });
    expect(clickhouseCodeOf(failure)).toBe(code);
  });

  it('is retryable when nothing answers', async () => {
    const away = createClickHouse({
      url: `http://127.0.0.1:${await freePort()}`,
      database: 'default',
      readAttempts: 2,
    });
    await expect(away.query('select 1')).rejects.toMatchObject({ code: 'CLICKHOUSE_UNAVAILABLE', isRetryable: true });
    await expect(away.ping()).rejects.toMatchObject({ code: 'CLICKHOUSE_UNAVAILABLE', isRetryable: true });
    await away.close();
  });

  it('repeats a read across a broken connection, and never a write', async () => {
    const proxy = await tcpProxy(stack.clickhouseUrl);
    const through = createClickHouse({ url: proxy.url, database: stack.database });
    proxy.cut();
    const read = through.query<{ n: number }>('select 1 as n');
    await new Promise((resolve) => setTimeout(resolve, 150));
    proxy.restore();
    expect(await read).toEqual([{ n: 1 }]);

    proxy.cut();
    const write = through.insertRows('things', [{ id: 1, name: 'a', at: '2026-01-01T00:00:00Z' }]);
    await expect(write).rejects.toMatchObject({ code: 'CLICKHOUSE_UNAVAILABLE', isRetryable: true });
    await through.close();
    await proxy.close();
    expect(await countThings()).toBe(0);
  });

  it('reports an insert whose reply was lost as retryable although it was stored', async () => {
    const proxy = await tcpProxy(stack.clickhouseUrl);
    const through = createClickHouse({ url: proxy.url, database: stack.database, timeoutMs: 700 });
    proxy.dropReplies();
    const write = through.insertRows('things', [{ id: 9, name: 'z', at: '2026-01-01T00:00:00Z' }]);
    await expect(write).rejects.toMatchObject({ code: 'CLICKHOUSE_UNAVAILABLE' });
    await waitFor('the row that was stored all the same', countThings, { until: (rows) => rows === 1 });
    await through.close();
    await proxy.close();
  });
});

describe('inserting', () => {
  const things = [
    { id: 1, name: 'a', at: '2026-01-01T00:00:00.000Z' },
    { id: 2, name: 'ü "quoted" \n', at: '2026-01-01T00:00:00.500Z' },
  ];

  it.each([
    ['an array', () => things],
    ['an iterable', () => new Set(things)],
    [
      'an async iterable',
      async function* () {
        yield* things;
      },
    ],
  ])('inserts %s and says how many', async (_name, rows) => {
    expect(await clickhouse.insertRows('things', rows())).toBe(2);
    expect(await clickhouse.query('select id, name, at from things order by id')).toEqual(things);
  });

  it('makes no request for no rows', async () => {
    expect(await clickhouse.insertRows('no_such_table', [])).toBe(0);
  });

  it('stores nothing when one row is wrong', async () => {
    const rows = [...things, { id: 'x', name: 'bad', at: 'never' }];
    await expect(clickhouse.insertRows('things', rows)).rejects.toMatchObject({ code: 'CLICKHOUSE_QUERY_FAILED' });
    expect(await countThings()).toBe(0);
  });

  it('inserts the same rows twice: nothing is deduplicated behind our back', async () => {
    await clickhouse.insertRows('things', things);
    await clickhouse.insertRows('things', things);
    expect(await countThings()).toBe(4);
  });

  it.each([
    ['a buffer', () => Buffer.from('1,a\n2,b\n')],
    ['a stream', () => Readable.from([Buffer.from('1,a\n'), Buffer.from('2,b\n')])],
  ])('inserts bytes of a format from %s', async (_name, data) => {
    await clickhouse.insertStream('things', 'CSV', data(), { columns: ['id', 'name'] });
    expect(await clickhouse.query('select id, name from things order by id')).toEqual([
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ]);
  });

  it('inserts bytes with a whole insert statement as the target', async () => {
    await clickhouse.insertStream('insert into things (name, id);', 'CSV', Buffer.from('a,1\n'));
    expect(await clickhouse.query('select id, name from things')).toEqual([{ id: 1, name: 'a' }]);
  });

  it('raises an error for bytes that are not in the format', async () => {
    await expect(clickhouse.insertStream('things', 'CSV', Buffer.from('x,y,z,1\n'))).rejects.toMatchObject({
      code: 'CLICKHOUSE_QUERY_FAILED',
    });
    expect(await countThings()).toBe(0);
  });

  it.each(['things; drop table things', 'a.b.c', ''])('refuses "%s" as a table', async (table) => {
    await expect(clickhouse.insertRows(table, things)).rejects.toThrow('is not a table name');
  });
});

it('answers a ping, and says when it does not in time', async () => {
  await expect(clickhouse.ping()).resolves.toBeUndefined();
  const proxy = await tcpProxy(stack.clickhouseUrl);
  proxy.dropReplies();
  const through = createClickHouse({ url: proxy.url, database: stack.database });
  const failure = await through.ping(100).catch((error: unknown) => error);
  expect(describeError(failure)).toContain('because no answer within 100 ms');
  await through.close();
  await proxy.close();
});
