import { startTestGateway, type TestGateway } from './test-gateway';

jest.setTimeout(120_000);

describe('data of the gateway', () => {
  let gateway: TestGateway;
  const post = async (sql: string): Promise<string> => {
    const response = await fetch(gateway.url, { method: 'POST', body: sql });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text.trimEnd();
  };

  beforeAll(async () => {
    gateway = await startTestGateway();
    await post('create database app');
    await post('create table app.t (a UInt64) engine = MergeTree order by a');
    await post('create table t (a UInt64) engine = MergeTree order by a');
  });
  afterAll(() => gateway.stop());

  it.each(['stop', 'kill'] as const)('is there after %s, in the default database too', async (how) => {
    await post('truncate table app.t');
    await post('truncate table t');
    await post('insert into app.t select number from numbers(100000)');
    await post('insert into t values (7)');
    await gateway.restart(how);
    expect(await post('select count(), sum(a) from app.t')).toBe('100000\t4999950000');
    expect(await post('select a from t')).toBe('7');
  });

  it('killed while inserting it keeps every insert it had answered, and whole inserts only', async () => {
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
    await gateway.kill();
    await Promise.all(writers);
    await gateway.restart('kill');
    const rows = Number(await post('select count() from app.t'));
    expect(rows % 1000).toBe(0);
    expect(rows / 1000).toBeGreaterThanOrEqual(answered);
    expect(rows / 1000).toBeLessThanOrEqual(answered + writers.length);
  });
});
