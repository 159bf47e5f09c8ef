import { freePort, tcpProxy, usePostgres, waitFor, type TcpProxy } from '@millrace/platform-testing';

import { createPostgresSink } from './index';
import type { SqlSession, SqlTarget } from './sink';

const server = usePostgres();
const sink = createPostgresSink({ connections: 2 });
let proxy: TcpProxy;
let target: SqlTarget;

beforeAll(async () => {
  const { host, port, database, user, password } = server.current;
  proxy = await tcpProxy(`${host}:${port}`);
  target = {
    ...{ dialect: 'postgres', host, port, database, user, password, tls: 'off' },
    ...{ allowPrivateAddresses: true, timeoutMs: 5_000 },
  };
  await sink.transaction(target, (session) => session.query('create table words (word text primary key, n int)'));
});
afterEach(() => proxy.restore());
afterAll(async () => {
  await sink.close();
  await proxy.close();
});
beforeEach(() => sink.transaction(target, (session) => session.query('truncate words')));

const add = (word: string) => (session: SqlSession) =>
  session.query('insert into words values ($1, 1)', [word]).then(() => word);
const words = async (): Promise<unknown[]> => {
  const answer = await sink.transaction(target, (session) => session.query('select word from words order by 1'));
  return answer.kind === 'done' ? answer.result.map(({ word }) => word) : [answer];
};
const throughProxy = (): SqlTarget => ({ ...target, port: proxy.port });

it('commits what ends well and answers its result', async () => {
  expect(await sink.transaction(target, add("o'neil"))).toEqual({ kind: 'done', result: "o'neil" });
  expect(await words()).toEqual(["o'neil"]);
});

it('takes all of it back when a statement is refused, and says which SQLSTATE and column', async () => {
  const answer = await sink.transaction(target, async (session) => {
    await add('ann')(session);
    await session.query('insert into words values (null)');
  });
  expect(answer).toMatchObject({ kind: 'refused', code: '23502', column: 'word' });
  expect(await words()).toEqual([]);
});

it('takes it back and raises what the work itself throws', async () => {
  const work = async (session: SqlSession): Promise<never> => {
    await add('ann')(session);
    throw new RangeError('ours');
  };
  await expect(sink.transaction(target, work)).rejects.toThrow('ours');
  expect(await words()).toEqual([]);
});

it('does not call a transaction done that went on after a refused statement', async () => {
  const answer = await sink.transaction(target, async (session) => {
    await add('ann')(session);
    await session.query('select 1/0').catch(() => undefined);
  });
  expect(answer).toMatchObject({ kind: 'refused', code: '25P02' });
  expect(await words()).toEqual([]);
});

it('streams copied rows, however they are cut', async () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => `w${n}\t${n}\n`).join('');
  const pieces = [lines.slice(0, 5), ...(lines.slice(5).match(/[^]{1,1000}/g) ?? [])];
  const answer = await sink.transaction(target, async (session) => {
    expect(await session.copyIn('copy words from stdin', pieces)).toBe(20_000);
    return session.query('select count(*)::int as rows, sum(n)::int as total from words');
  });
  expect(answer).toEqual({ kind: 'done', result: [{ rows: 20_000, total: 199_990_000 }] });
});

it('takes a copy back when its rows cannot be read to their end, and raises why', async () => {
  async function* failing(): AsyncGenerator<string> {
    yield 'ann\t1\n';
    throw new Error('the other side ended');
  }
  const work = (session: SqlSession) => session.copyIn('copy words from stdin', failing());
  await expect(sink.transaction(target, work)).rejects.toThrow('the other side ended');
  expect(await words()).toEqual([]);
});

it('says what the database refuses of copied rows', async () => {
  const answer = await sink.transaction(target, (session) => session.copyIn('copy words from stdin', ['ann\tx\n']));
  expect(answer).toMatchObject({ kind: 'refused', code: '22P02' });
});

it.each([
  ['a wrong password', { password: 'wrong' }, '28P01'],
  ['no password, whatever the environment says', { password: '' }, undefined],
  ['a user that is not there', { user: 'nobody' }, '28P01'],
  ['a database that is not there', { database: 'nothing' }, '3D000'],
] as const)('answers %s', async (_name, changed, code) => {
  process.env.PGPASSWORD = target.password;
  const answer = await sink.transaction({ ...target, ...changed }, add('ann'));
  delete process.env.PGPASSWORD;
  expect(answer).toMatchObject(
    code === undefined ? { kind: 'failure', isForbidden: true, wasSent: false } : { kind: 'refused', code },
  );
});

it('was not sent where nobody listens', async () => {
  const answer = await sink.transaction({ ...target, port: await freePort() }, add('ann'));
  expect(answer).toMatchObject({ kind: 'failure', wasSent: false, isForbidden: false });
});

it.each(['127.0.0.1', 'localhost', '169.254.169.254', '::1'])(
  'connects to no private address unless allowed: %s',
  async (host) => {
    const answer = await sink.transaction({ ...target, host, allowPrivateAddresses: false }, add('ann'));
    expect(answer).toMatchObject({ kind: 'failure', wasSent: false, isForbidden: true });
    expect(answer).toMatchObject({ detail: expect.stringMatching(/private addresses are not allowed/) as string });
  },
);

it('sends no password to a server without encryption unless that is off', async () => {
  const answer = await sink.transaction({ ...target, tls: 'verify' }, add('ann'));
  expect(answer).toMatchObject({ kind: 'failure', wasSent: false, isForbidden: true });
});

it('gives a statement up after the timeout', async () => {
  const answer = await sink.transaction({ ...target, timeoutMs: 100 }, (session) =>
    session.query('select pg_sleep(60)'),
  );
  expect(answer).toMatchObject({ kind: 'refused', code: '57014' });
});

it('knows that nothing was written when the connection is cut before the commit', async () => {
  const answer = await sink.transaction(throughProxy(), async (session) => {
    await add('ann')(session);
    proxy.cut();
    await add('bob')(session);
  });
  expect(answer).toMatchObject({ kind: 'refused', code: '08006' });
  expect(await words()).toEqual([]);
});

it('does not know what became of a commit whose answer is lost', async () => {
  const answer = sink.transaction(throughProxy(), async (session) => {
    await add('ann')(session);
    proxy.dropReplies();
  });
  await waitFor('the commit', words, { until: (found) => found.length === 1 });
  proxy.cut();
  expect(await answer).toMatchObject({ kind: 'failure', wasSent: true });
});

it('goes on after the server has ended its idle connections', async () => {
  expect(await sink.transaction(target, add('ann'))).toMatchObject({ kind: 'done' });
  await server.current.crash();
  await waitFor('a transaction', () => sink.transaction(target, add('bob')), { until: ({ kind }) => kind === 'done' });
});

it('opens no more connections than it may, and closes them all', async () => {
  const own = createPostgresSink({ connections: 2, application: 'bounded' });
  const count = async (): Promise<unknown> => {
    const text = `select count(*)::int as n from pg_stat_activity where application_name = 'bounded'`;
    const answer = await sink.transaction(target, (session) => session.query(text));
    return answer.kind === 'done' && answer.result[0]?.['n'];
  };
  const all = Array.from({ length: 20 }, (_, n) => own.transaction(target, add(`w${n}`)));
  expect((await Promise.all(all)).every(({ kind }) => kind === 'done')).toBe(true);
  expect(await count()).toBeLessThanOrEqual(2);
  await own.close();
  await waitFor('no connection', count, { until: (n) => n === 0 });
});
