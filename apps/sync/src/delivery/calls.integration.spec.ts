import { destinationOfKind } from '@millrace/catalog-destinations';
import { createClickHouse, runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { createHttpClient, type HttpClient } from '@millrace/platform-http';
import { useStack } from '@millrace/platform-testing';

import { MIGRATIONS } from '../deployment';
import { createAccounts } from '../destinations/create-account';
import { entryOf } from '../testing/deliver-in-memory';
import { CallsRepository } from './calls.repository';
import { restoreCalls } from './restore-calls';

const stack = useStack();
let clickhouse: ClickHouse;
let client: HttpClient;

beforeAll(async () => {
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  client = createHttpClient();
  await runMigrations({ clickhouse, service: 'sync', directory: MIGRATIONS });
});
afterAll(() => Promise.all([client.close(), clickhouse.close()]));

/** A process: its own count of the day, which begins with what others stored. */
async function startProcess(name: string) {
  const calls = new CallsRepository({ clickhouse, process: name, onFailure: (error) => failures.push(error) });
  const destination = destinationOfKind('webhook');
  const settings = destination.settings.parse({
    url: 'http://127.0.0.1:9/',
    secret: 'a shared secret of length',
    calls_per_day: 100,
    allow_private_addresses: true,
  });
  const accounts = createAccounts([{ entry: entryOf('webhook'), destination, settings }], {
    client,
    onCount: (account, call) => calls.add(account, call),
  });
  await restoreCalls(accounts.values(), calls, { share: 1, now: Date.now });
  const limits = accounts.get('crm')?.limits;
  if (limits === undefined) throw new Error('no account');
  return { calls, limits };
}
const failures: unknown[] = [];

it('knows after a restart how much of the day is used up, whoever called', async () => {
  const first = await startProcess('one');
  const second = await startProcess('two');
  first.limits.note({}, Date.now(), 60);
  await first.calls.flush();
  first.limits.note({}, Date.now(), 20);
  second.limits.note({}, Date.now(), 19);
  await Promise.all([first.calls.flush(), second.calls.flush()]);
  // Flushed twice, a minute is one count.
  const third = await startProcess('one-again');
  const takes = [1, 2].map(() => third.limits.take({}, Date.now()));
  expect(takes).toMatchObject([
    { ok: true },
    { ok: false, because: 'the limit calls_per_day of 100 calls is used up' },
  ]);
  expect(failures).toEqual([]);
});
