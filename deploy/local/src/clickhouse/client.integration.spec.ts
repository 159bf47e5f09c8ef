import { Readable } from 'node:stream';
import { ClickHouseError, ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { startTestServer, type TestServer } from './test-server';

interface Row {
  id: string;
  name: string | null;
}

const createTable = `create table t (
  id UInt64 comment 'the id', name Nullable(String), tags Map(String, String), kind LowCardinality(String),
  at DateTime64(3, 'UTC'), projection by_kind (select kind, count() group by kind)
) engine = MergeTree partition by toYYYYMM(at) order by id comment 'a table'`;

describe.each([
  { compression: { request: true, response: true } },
  { compression: { request: false, response: false } },
])('@clickhouse/client with $compression', ({ compression }) => {
  let server: TestServer;
  let client: ClickHouseClient;

  beforeAll(async () => {
    server = await startTestServer();
    const log = { level: ClickHouseLogLevel.OFF };
    const admin = createClient({ url: server.url, log });
    await admin.command({ query: 'create database app' });
    await admin.close();
    client = createClient({ url: server.url, database: 'app', compression, log, max_open_connections: 20 });
    await client.command({ query: createTable });
  });
  afterAll(async () => {
    await client.close();
    await server.stop();
  });
  beforeEach(() => client.command({ query: 'truncate table t' }));

  const select = async (query: string, params = {}): Promise<unknown[]> =>
    (await client.query({ query, format: 'JSONEachRow', query_params: params })).json();
  const count = async (): Promise<unknown> => (await select('select count() as n from t'))[0];

  it('pings', async () => {
    await expect(client.ping()).resolves.toEqual({ success: true });
    await expect(client.ping({ select: true })).resolves.toEqual({ success: true });
  });

  it('inserts rows, counts them in the summary, and reads them back', async () => {
    const values = [
      { id: 1, name: "é'\\\n\t", tags: { a: 'b' }, kind: 'x', at: '2024-01-02 03:04:05.678' },
      { id: 2, name: null, tags: {}, kind: 'y', at: '2024-02-02 00:00:00.000' },
    ];
    const result = await client.insert({ table: 't', values, format: 'JSONEachRow', query_id: 'my-id' });
    expect(result).toMatchObject({ query_id: 'my-id', summary: { written_rows: '2' } });
    expect(await select('select * from t order by id')).toEqual(
      values.map(({ id, ...row }) => ({ id: String(id), ...row })).map((row) => ({ ...row, id: Number(row.id) })),
    );
  });

  it('inserts a stream of objects', async () => {
    const rows = Readable.from(
      (function* () {
        for (let id = 0; id < 50_000; id += 1) yield { id, name: `n${id}` };
      })(),
    );
    await client.insert({ table: 't', values: rows, format: 'JSONEachRow' });
    expect(await count()).toEqual({ n: 50_000 });
  });

  it('an empty insert stores nothing and is no error', async () => {
    await client.insert({ table: 't', values: Readable.from([]), format: 'JSONEachRow' });
    expect(await count()).toEqual({ n: 0 });
  });

  it('binds parameters of every common type', async () => {
    const params = {
      n: 3,
      s: "o'hara\\ \n\t",
      a: ['x', "y'"],
      d: new Date('2024-01-02T03:04:05.678Z'),
      m: { k: 'v' },
      none: null,
    };
    const query = `select {n: UInt8} as n, {s: String} as s, {a: Array(String)} as a, {d: DateTime64(3, 'UTC')} as d,
      {m: Map(String, String)} as m, {none: Nullable(String)} as none`;
    expect(await select(query, params)).toEqual([{ ...params, d: '2024-01-02 03:04:05.678' }]);
  });

  it('takes long parameters as a multipart body', async () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => index);
    const query = 'select length({ids: Array(UInt32)}) as n';
    const result = await client.query({
      query,
      query_params: { ids },
      format: 'JSONEachRow',
      use_multipart_params: true,
    });
    expect(await result.json()).toEqual([{ n: 20_000 }]);
  });

  it('applies settings to one request only', async () => {
    const query = "select getSetting('max_block_size') as n";
    const settings = { max_block_size: '1234' };
    const changed = await client.query({ query, format: 'JSONEachRow', clickhouse_settings: settings });
    expect(await changed.json()).toEqual([{ n: 1234 }]);
    expect(await select(query)).not.toEqual([{ n: 1234 }]);
  });

  it.each(['JSON', 'JSONCompact', 'JSONCompactEachRow', 'JSONEachRow'] as const)('answers %s', async (format) => {
    const result = await client.query({ query: 'select number as n from numbers(3)', format });
    const body = await result.json<unknown>();
    const rows = Array.isArray(body) ? body : (body as { data: unknown[] }).data;
    expect(rows).toHaveLength(3);
  });

  it('streams a large result', async () => {
    const query = 'select number as id, toString(number) as name from numbers(1000000)';
    const result = await client.query({ query, format: 'JSONEachRow' });
    let rows = 0;
    for await (const batch of result.stream<Row>()) rows += batch.length;
    expect(rows).toBe(1_000_000);
  });

  it('a reader may leave in the middle of a stream', async () => {
    const result = await client.query({ query: 'select number from numbers(100000000)', format: 'JSONEachRow' });
    for await (const batch of result.stream()) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
    result.close();
    expect(await count()).toEqual({ n: 0 });
  });

  const failures: [string, string, string, string][] = [
    ['an unknown table', 'select * from missing', '60', 'UNKNOWN_TABLE'],
    ['an unknown column', 'select missing from t', '47', 'UNKNOWN_IDENTIFIER'],
    ['bad syntax', 'selec 1', '62', 'SYNTAX_ERROR'],
    ['two statements', 'select 1; select 2', '62', 'SYNTAX_ERROR'],
    [
      'a replicated table',
      "create table r (a Int8) engine = ReplicatedMergeTree('/r', '1') order by a",
      '225',
      'NO_ZOOKEEPER',
    ],
    ['a cluster', 'create table r on cluster c (a Int8) engine = Memory', '701', 'CLUSTER_DOESNT_EXIST'],
  ];
  it.each(failures)('refuses %s with an error the client knows', async (_name, query, code, type) => {
    const error = await client.command({ query }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ClickHouseError);
    expect(error).toMatchObject({ code, type });
  });

  it('refuses a row it cannot parse, and stores none', async () => {
    const values = [{ id: 1 }, { id: 'no number' }];
    await expect(client.insert({ table: 't', values, format: 'JSONEachRow' })).rejects.toThrow(ClickHouseError);
    expect(await count()).toEqual({ n: 0 });
  });

  it('an error in the middle of a stream reaches the reader', async () => {
    const query = 'select throwIf(number = 900000) as x from numbers(1000000)';
    const readAll = async (): Promise<void> => {
      const result = await client.query({ query, format: 'JSONEachRow' });
      for await (const batch of result.stream()) expect(batch.length).toBeGreaterThan(0);
    };
    // A reader slower than the cut sees the broken connection instead of the reason.
    await expect(readAll()).rejects.toThrow(/throwIf|aborted/);
  });

  it('runs statements at the same time', async () => {
    const queries = Array.from({ length: 40 }, (_, n) => select('select {n: UInt32} as n', { n }));
    expect(await Promise.all(queries)).toEqual(Array.from({ length: 40 }, (_, n) => [{ n }]));
  });

  it('keeps temporary tables in a session', async () => {
    const session_id = `s-${Math.random()}`;
    await client.command({ query: 'create temporary table tmp (a UInt8)', session_id });
    await client.insert({ table: 'tmp', values: [{ a: 7 }], format: 'JSONEachRow', session_id });
    const result = await client.query({ query: 'select a from tmp', format: 'JSONEachRow', session_id });
    expect(await result.json()).toEqual([{ a: 7 }]);
    await expect(client.query({ query: 'select a from tmp' })).rejects.toThrow(ClickHouseError);
  });
});
