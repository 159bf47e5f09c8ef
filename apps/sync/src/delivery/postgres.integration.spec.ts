import { createHttpClient } from '@millrace/platform-http';
import { createPostgresSink } from '@millrace/platform-postgres';
import { tcpProxy, usePostgres, type TcpProxy } from '@millrace/platform-testing';

import { batchOf, deliverInMemory, entryOf, runtimeOf } from '../testing/deliver-in-memory';
import { createSinkTools, MAPPED, postgres, postgresSettings } from '../testing/postgres-destination';
import type { DestinationRuntime } from './destination-runtime';

const server = usePostgres();
const client = createHttpClient();
const sink = createPostgresSink();
let proxy: TcpProxy;

beforeAll(async () => {
  proxy = await tcpProxy(`127.0.0.1:${server.current.port}`);
});
beforeEach(async () => {
  await query('drop schema if exists millrace cascade');
  await postgres.prepare?.(settings(), createSinkTools(sink), MAPPED);
});
afterAll(async () => {
  await Promise.all([client.close(), sink.close()]);
  await proxy.close();
});

const settings = (more = {}): unknown => postgres.settings.parse(postgresSettings(server.current, more));
const query = async (text: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const target = { dialect: 'postgres', tls: 'off', allowPrivateAddresses: true, timeoutMs: 10_000 } as const;
  const answer = await sink.transaction({ ...target, ...server.current }, (session) => session.query(text));
  if (answer.kind !== 'done') throw new Error(answer.detail);
  return answer.result;
};
const runtime = (more = {}): DestinationRuntime => {
  const [mapping] = entryOf('postgres').objects;
  if (mapping === undefined) throw new Error('no mapping');
  const entry = entryOf('postgres', { objects: [{ ...mapping, mode: 'upsert' }] });
  return runtimeOf({ entry, destination: postgres, settings: settings(more) }, client);
};
const scores = () => query('select email, lead_score from millrace.lead order by 1');

it('writes every record but the one that the table refuses, and says why', async () => {
  const good = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus'];
  const bad = { id: 'bad', fields: { lead_score: 'many' } };
  const { final, outcomes } = await deliverInMemory(batchOf([...good, bad]), runtime(), { sink });
  expect(final()).toEqual({ ...Object.fromEntries(good.map((id) => [id, 'accepted'])), bad: 'rejected' });
  expect(outcomes.find(({ outcome }) => outcome === 'rejected')?.detail).toMatch(/^22P02: invalid input syntax/);
  expect(await scores()).toEqual(good.map((id, at) => ({ email: `${id}@example.com`, lead_score: at + 1 })));
});

it('says superseded of what the table has newer values of', async () => {
  await deliverInMemory(batchOf(['ann'], { as_of: 2, plan_id: 'newer' }), runtime(), { sink });
  const older = batchOf([{ id: 'ann', fields: { lead_score: 99 } }, 'bob']);
  expect((await deliverInMemory(older, runtime(), { sink })).final()).toEqual({ ann: 'superseded', bob: 'accepted' });
  expect(await scores()).toMatchObject([{ lead_score: 1 }, { lead_score: 2 }]);
});

it('waits while nobody is there, uses up no attempt, and writes once', async () => {
  proxy.cut();
  const delivery = deliverInMemory(batchOf(['ann', 'bob']), runtime({ port: proxy.port }), {
    sink,
    onReach: (because) => because !== '' && proxy.restore(),
  });
  expect((await delivery).final()).toEqual({ ann: 'accepted', bob: 'accepted' });
  expect(await query('select records from millrace.millrace_deliveries')).toEqual([{ records: 2 }]);
});

it('is paused by a table that is missing, and goes on when it is there', async () => {
  await query('alter table millrace.lead rename to elsewhere');
  const paused: string[] = [];
  const delivery = deliverInMemory(batchOf(['ann']), runtime(), {
    sink,
    onPaused: (detail) => {
      paused.push(detail);
      void query('alter table millrace.elsewhere rename to lead');
    },
  });
  expect((await delivery).final()).toEqual({ ann: 'accepted' });
  expect(paused).toEqual([expect.stringMatching(/42P01.*millrace\.lead/)]);
});
