import { createAccount, type Account, type AccountOptions } from './account';
import { createHttpClient } from './client/create-http-client';
import type { CallRecord } from './client/http-client';
import type { Limit } from './limits/limit';
import { Limits } from './limits/limits';
import { serve, type TestServer } from './testing/serve';
import { readTokenAnswer } from './token/read-token-answer';
import type { Auth } from './token/token';
import type { WireRequest } from './wire';

const client = createHttpClient();
const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});
afterAll(() => client.close());

const server = async (answer: Parameters<typeof serve>[0]): Promise<TestServer> => {
  const one = await serve(answer);
  open.push(one);
  return one;
};
const get = (url: string): WireRequest => ({ method: 'GET', url, headers: {}, body: '' });
const account = (limits: readonly Limit[], more: Partial<AccountOptions> = {}): Account =>
  createAccount({ client, limits: new Limits(limits), timeoutMs: 5_000, allowPrivateAddresses: true, ...more });
const ok = (): Promise<TestServer> => server((_request, response) => response.end('done'));

/** An API whose token is taken for so many requests; `/token` gives the next one. */
async function apiWithTokens(usesOf: (token: number) => number) {
  const given: number[] = [];
  const uses = new Map<string, number>();
  const api = await server((request, response) => {
    if (request.url === '/token') {
      given.push(given.length + 1);
      response.end(JSON.stringify({ access_token: `t${given.length}`, expires_in: 3_600 }));
      return;
    }
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    uses.set(token, (uses.get(token) ?? 0) + 1);
    const isTaken = (uses.get(token) ?? 0) <= usesOf(Number(token.slice(1)));
    response.writeHead(isTaken ? 200 : 401).end(token.slice(1));
  });
  const auth: Auth = { token: async (send) => readTokenAnswer(await send(get(`${api.url}/token`))) };
  return { url: api.url, auth, given };
}

describe('limits', () => {
  it('are waited for, each request as long as it must', async () => {
    const { url, seen } = await ok();
    let now = 0;
    const sleep = (ms: number): Promise<void> => Promise.resolve(void (now += ms));
    const one = account([{ name: 'burst', kind: 'seconds', calls: 2, seconds: 10 }], { now: () => now, sleep });
    for (let index = 0; index < 5; index++) await one.request(get(url));
    expect(seen).toHaveLength(5);
    expect(now).toBe(20_000);
  });

  it('that have no room before the deadline are told at once', async () => {
    const { url, seen } = await ok();
    const one = account([{ name: 'day', kind: 'day', calls: 1, resets: 'rolling' }], {
      now: () => 60_000,
      sleep: () => Promise.reject(new Error('slept')),
    });
    expect(await one.request(get(url))).toMatchObject({ kind: 'response' });
    expect(await one.request(get(url), { deadline: 120_000 })).toEqual({
      kind: 'held',
      waitMs: 86_400_000,
      detail: 'the limit day of 1 calls is used up',
    });
    expect(seen).toHaveLength(1);
  });

  it('are not waited for by a caller that gives up', async () => {
    const { url } = await ok();
    const one = account([]);
    one.limits.rest(Date.now() + 3_600_000);
    const controller = new AbortController();
    const answer = one.request(get(url), { signal: controller.signal });
    controller.abort();
    expect(await answer).toMatchObject({ kind: 'held' });
  });

  it('get their turn back, whatever became of the request', async () => {
    const { url } = await server((_request, response) => void response.socket?.destroy());
    const one = account([{ name: 'at once', kind: 'at_once', calls: 1 }]);
    for (let index = 0; index < 3; index++) expect(await one.request(get(url))).toMatchObject({ kind: 'failure' });
  });

  it('hold as many at once as they say, and no more', async () => {
    let running = 0;
    let most = 0;
    const { url } = await server((_request, response) => {
      most = Math.max(most, (running += 1));
      setTimeout(() => {
        running -= 1;
        response.end();
      }, 20);
    });
    const one = account([{ name: 'at once', kind: 'at_once', calls: 3 }]);
    await Promise.all(Array.from({ length: 12 }, () => one.request(get(url))));
    expect(most).toBe(3);
  });
});

describe('a token', () => {
  it('is fetched once for all who wait for it, and used until it ends', async () => {
    const { url, auth, given } = await apiWithTokens(() => 1_000);
    const one = account([], { auth });
    const answers = await Promise.all(Array.from({ length: 8 }, () => one.request(get(url))));
    expect(answers.map((answer) => answer.kind === 'response' && answer.response.body)).toEqual(Array(8).fill('1'));
    await one.request(get(url));
    expect(given).toHaveLength(1);
  });

  it('that is refused in mid-run is renewed once for all, and every request goes on', async () => {
    const { url, auth, given } = await apiWithTokens((token) => (token === 1 ? 2 : 1_000));
    const one = account([], { auth });
    await one.request(get(url));
    await one.request(get(url));
    const answers = await Promise.all(Array.from({ length: 8 }, () => one.request(get(url))));
    expect(answers.map((answer) => answer.kind === 'response' && answer.response.status)).toEqual(Array(8).fill(200));
    expect(given).toHaveLength(2);
  });

  it('that is refused twice is the answer: no loop', async () => {
    const { url, auth, given } = await apiWithTokens(() => 0);
    expect(await account([], { auth }).request(get(url))).toMatchObject({ response: { status: 401, body: '2' } });
    expect(given).toHaveLength(2);
  });

  it('is renewed before it ends', async () => {
    const { url, auth, given } = await apiWithTokens(() => 1_000);
    let now = Date.now();
    const one = account([], { auth, now: () => now });
    await one.request(get(url));
    now += 3_600_000 - 60_000;
    await one.request(get(url));
    expect(given).toHaveLength(1);
    now += 31_000;
    await one.request(get(url));
    expect(given).toHaveLength(2);
  });

  it('can say in another way that it is refused, and stand elsewhere than in a header', async () => {
    const { url, seen } = await server((request, response) =>
      response.end(request.url === '/?k=old' ? '{"code":"602"}' : '{"success":true}'),
    );
    const values = ['old', 'new'];
    const auth: Auth = {
      token: () => Promise.resolve({ kind: 'token', token: { value: values.shift() ?? '', expiresAt: Infinity } }),
      authorize: (request, { value }) => ({ ...request, url: `${request.url}/?k=${value}` }),
      isRefused: ({ body }) => body.includes('602'),
    };
    expect(await account([], { auth }).request(get(url))).toMatchObject({ response: { body: '{"success":true}' } });
    expect(seen.map(({ path }) => path)).toEqual(['/?k=old', '/?k=new']);
  });

  it('says where requests go, the repeated one as well, and is asked for at an instant', async () => {
    const homes = [await server((_request, response) => response.writeHead(401).end()), await ok()];
    const asked: number[] = [];
    const auth: Auth = {
      token: (_send, now) => {
        const { url: origin = '' } = homes[asked.push(now) - 1] ?? {};
        return Promise.resolve({ kind: 'token', token: { value: 'token', expiresAt: Infinity, origin } });
      },
      authorize: (request, { origin = '' }) => ({
        ...request,
        url: request.url.replace('https://home.invalid', origin),
      }),
    };
    const answer = await account([], { auth, now: () => 7 }).request(get('https://home.invalid/records'));
    expect(answer).toMatchObject({ response: { status: 200, body: 'done' } });
    expect(homes.map(({ seen }) => seen.map(({ path }) => path))).toEqual([['/records'], ['/records']]);
    expect(asked).toEqual([7, 7]);
  });

  it('is taken out of the answer that says it', async () => {
    const { url } = await server((request, response) =>
      response.writeHead(403).end(`no: ${request.headers.authorization}`),
    );
    const token = { value: 'a-token-of-length', expiresAt: Infinity };
    const auth: Auth = { token: () => Promise.resolve({ kind: 'token', token }) };
    const answer = await account([], { auth }).request(get(url));
    expect(answer).toMatchObject({ response: { status: 403, body: 'no: Bearer [redacted]' } });
  });

  it('that is not given is the answer, and the next request asks again', async () => {
    const { url, seen } = await server((request, response) =>
      request.url === '/token' ? response.writeHead(400).end('{"error":"invalid_client"}') : response.end(),
    );
    const auth: Auth = { token: async (send) => readTokenAnswer(await send(get(`${url}/token`))) };
    const one = account([], { auth });
    const refused = {
      kind: 'failure',
      wasSent: false,
      isForbidden: true,
      detail: 'No token: HTTP 400: invalid_client',
    };
    expect(await one.request(get(url))).toEqual(refused);
    expect(await one.request(get(url))).toEqual(refused);
    expect(seen.map(({ path }) => path)).toEqual(['/token', '/token']);
  });
});

it('counts every call: a token and a repeated request cost what they cost', async () => {
  const { url, auth } = await apiWithTokens((token) => (token === 1 ? 0 : 1_000));
  const calls: CallRecord[] = [];
  const one = account([{ name: 'day', kind: 'day', calls: 5, resets: 'rolling' }], {
    auth,
    onCall: (call) => void calls.push(call),
  });
  await one.request(get(url));
  expect(calls.map(({ status }) => status)).toEqual([200, 401, 200, 200]);
  expect(await one.request(get(url))).toMatchObject({ kind: 'response' });
  expect(await one.request(get(url), { deadline: Date.now() })).toMatchObject({ kind: 'held' });
});

it.each<[string, number, Record<string, string>, string, object]>([
  [
    'a token',
    200,
    {},
    '{"access_token":"a","expires_in":60}',
    { kind: 'token', token: { value: 'a', expiresAt: 60_000 } },
  ],
  ['its life as text', 200, {}, '{"access_token":"a","expires_in":"60"}', { token: { expiresAt: 60_000 } }],
  ['no life', 200, {}, '{"access_token":"a"}', { token: { expiresAt: 3_600_000 } }],
  ['a life that is none', 200, {}, '{"access_token":"a","expires_in":null}', { token: { expiresAt: 3_600_000 } }],
  ['a 200 without a token', 200, {}, '{"token":"secret"}', { isForbidden: true, detail: 'No token: HTTP 200' }],
  ['a page', 200, {}, '<html>', { isForbidden: true }],
  [
    'refused credentials',
    401,
    {},
    '{"error":"invalid_client","error_description":"no"}',
    { isForbidden: true, detail: 'No token: HTTP 401: invalid_client no' },
  ],
  ['too many', 429, {}, '', { kind: 'held', waitMs: 10_000 }],
  ['too many, with a wait', 429, { 'retry-after': '7' }, '', { kind: 'held', waitMs: 7_000 }],
  ['busy, with a wait', 503, { 'retry-after': '7' }, '', { kind: 'held', waitMs: 7_000 }],
  ['an error of the server', 500, {}, 'secret', { isForbidden: false, wasSent: false, detail: 'No token: HTTP 500' }],
])('a token endpoint that answers %s', (_what, status, headers, body, expected) => {
  const read = readTokenAnswer({ kind: 'response', response: { status, headers, body, isCut: false, receivedAt: 0 } });
  expect(read).toMatchObject(expected);
});

it('a token endpoint that cannot be asked: nothing of the request was sent', () => {
  const failure = { kind: 'failure', wasSent: true, isForbidden: false, detail: 'cut' } as const;
  expect(readTokenAnswer(failure)).toEqual({ ...failure, wasSent: false, detail: 'No token: cut' });
});
