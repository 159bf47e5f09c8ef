import { usePostgres } from '@millrace/platform-testing';

import { createPostgresSink } from './index';
import type { SinkAnswer, SqlTarget } from './sink';

const server = usePostgres({ hasTls: true });
const sink = createPostgresSink();
afterAll(() => sink.close());

const ask = (changed: Partial<SqlTarget>): Promise<SinkAnswer<unknown>> => {
  const { port, database, user, password } = server.current;
  const target: SqlTarget = {
    ...{ dialect: 'postgres', host: 'localhost', port, database, user, password, tls: 'verify' },
    ...{ allowPrivateAddresses: true, timeoutMs: 5_000, ...changed },
  };
  const text = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()';
  return sink.transaction(target, (session) => session.query(text));
};

it('is encrypted with a certificate that is trusted', async () => {
  expect(await ask({ ca: server.current.certificate })).toEqual({ kind: 'done', result: [{ ssl: true }] });
});

it.each([
  ['nobody known has signed', () => ({}), /self.signed/i],
  ['is of another name', () => ({ ca: server.current.certificate, host: '127.0.0.1' }), /ALTNAME/],
])('sends nothing to a server whose certificate %s', async (_name, changed, detail) => {
  const answer = await ask(changed());
  expect(answer).toMatchObject({ kind: 'failure', wasSent: false, isForbidden: true });
  expect(answer).toMatchObject({ detail: expect.stringMatching(detail) as string });
});
