import { destinationOfKind } from '@millrace/catalog-destinations';
import { createHttpClient, type HttpClient, type WireRequest } from '@millrace/platform-http';

import { entryOf } from '../testing/deliver-in-memory';
import { accountKeyOf, createAccounts } from './create-account';
import type { CountedCall } from './counted-limits';

let client: HttpClient;
beforeAll(() => (client = createHttpClient()));
afterAll(() => client.close());

const webhook = (name: string, url: string, more: object = {}) => {
  const destination = destinationOfKind('webhook');
  const settings = destination.settings.parse({ url, secret: `a secret of ${name}, long`, concurrency: 1, ...more });
  return { entry: entryOf('webhook', { name }), destination, settings };
};
const REQUEST: WireRequest = { method: 'POST', url: 'http://127.0.0.1:9/', headers: {}, body: '' };

it('gives entries of one account the same limits and rest, and others their own', () => {
  const accounts = createAccounts(
    [webhook('a', 'https://x.example/1'), webhook('b', 'https://x.example/1'), webhook('c', 'https://x.example/2')],
    { client },
  );
  const grants = ['a', 'b', 'c'].map((name) => accounts.get(name)?.limits.take({}, 0).ok);
  expect(grants).toEqual([true, false, true]);
});

it('refuses two entries of one account that state different limits, and names both', () => {
  const both = [webhook('a', 'https://x.example/1'), webhook('b', 'https://x.example/1', { calls_per_day: 5 })];
  expect(() => createAccounts(both, { client })).toThrow(
    /^The destinations a and b are one account of Generic webhook/,
  );
});

it('names an account without the words of its settings', () => {
  const one = webhook('a', 'https://hooks.example/T0/B0/very-secret-path');
  expect(accountKeyOf(one)).toMatch(/^webhook:[0-9a-f]{24}$/);
});

it('tells of every call that counts, and not of those that are restored', async () => {
  const counted: [string, CountedCall][] = [];
  const one = webhook('a', 'http://127.0.0.1:9/', { concurrency: 4, allow_private_addresses: true, calls_per_day: 3 });
  const account = createAccounts([one], { client, onCount: (key, call) => counted.push([key, call]) }).get('a');
  account?.limits.restore({ at: Date.now(), limit: '', calls: 2 });
  await account?.account.request(REQUEST);
  expect(counted).toEqual([[accountKeyOf(one), { at: expect.any(Number) as number, limit: '', calls: 1 }]]);
  expect(account?.limits.take({}, Date.now())).toMatchObject({
    ok: false,
    because: expect.stringContaining('calls_per_day') as string,
  });
});
