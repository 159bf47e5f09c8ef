import { startTestServer, type TestServer } from './test-server';

describe('data of the server', () => {
  let server: TestServer;
  const post = async (sql: string): Promise<string> => {
    const response = await fetch(server.url, { method: 'POST', body: sql });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text.trimEnd();
  };

  beforeAll(async () => {
    server = await startTestServer();
    await post('create database app');
    await post('create table app.t (a UInt64) engine = MergeTree order by a');
    await post('create table t (a UInt64) engine = MergeTree order by a');
  });
  afterAll(() => server.stop());

  it.each(['stop', 'kill'] as const)('is there after %s, in the default database too', async (how) => {
    await post('truncate table app.t');
    await post('truncate table t');
    await post('insert into app.t select number from numbers(100000)');
    await post('insert into t values (7)');
    await server.restart(how);
    expect(await post('select count(), sum(a) from app.t')).toBe('100000\t4999950000');
    expect(await post('select a from t')).toBe('7');
  });

  it('a second server is refused on data in use, and the first goes on', async () => {
    await expect(startTestServer({ directory: server.directory })).rejects.toThrow(/ended before it was ready/);
    expect(await post('select 1')).toBe('1');
  });

  it('writes what ran to system.query_log, and again after a restart', async () => {
    for (const round of ['first', 'second']) {
      await post(`select '${round} round'`);
      await post('system flush logs');
      const ran = await post(
        "select count() > 0 from system.query_log where query like '%round%' and type = 'QueryFinish'",
      );
      expect(ran).toBe('1');
      await server.restart(round === 'first' ? 'kill' : 'stop');
    }
  });

  it('backs a database up and restores it under another name', async () => {
    await post('truncate table app.t');
    await post('insert into app.t select number from numbers(1000)');
    await post("backup database app to File('app-1')");
    await post("restore database app as restored from File('app-1')");
    expect(await post('select count(), sum(a) from restored.t')).toBe('1000\t499500');
    await post('drop database restored sync');
  });

  it.each(['kill', 'stop'] as const)(
    '%s while inserting: every answered insert is kept, and whole inserts only',
    async (how) => {
      await post('truncate table app.t');
      let answered = 0;
      const insertForever = async (): Promise<void> => {
        for (;;) {
          await post('insert into app.t select number from numbers(1000)');
          answered += 1;
        }
      };
      const writers = [1, 2, 3].map(() => insertForever().catch(() => undefined));
      while (answered < 20) await new Promise((resolve) => setImmediate(resolve));
      await server.restart(how);
      await Promise.all(writers);
      const rows = Number(await post('select count() from app.t'));
      expect(rows % 1000).toBe(0);
      expect(rows / 1000).toBeGreaterThanOrEqual(answered);
      expect(rows / 1000).toBeLessThanOrEqual(answered + writers.length);
    },
  );
});
