import { once } from 'node:events';
import { createServer, type AddressInfo, type LookupFunction } from 'node:net';
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';

import { serve, type TestServer } from '../testing/serve';
import type { WireAnswer, WireRequest } from '../wire';
import { createHttpClient } from './create-http-client';
import type { CallRecord, HttpClient, HttpClientOptions, SendOptions } from './http-client';

const MAX = 10_000;
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const server = async (answer: Parameters<typeof serve>[0]): Promise<TestServer> => {
  const one = await serve(answer);
  open.push(one.close);
  return one;
};
const client = (options: HttpClientOptions = {}): HttpClient => {
  const one = createHttpClient({ maxAnswerBytes: MAX, ...options });
  open.unshift(() => one.close());
  return one;
};
const post = (url: string, more: Partial<WireRequest> = {}): WireRequest => ({
  method: 'POST',
  url,
  headers: {},
  body: 'hello',
  ...more,
});
const ANY: SendOptions = { timeoutMs: 5_000, allowPrivateAddresses: true };
const PUBLIC: SendOptions = { timeoutMs: 5_000, allowPrivateAddresses: false };
const failed = (answer: WireAnswer): Extract<WireAnswer, { kind: 'failure' }> => {
  if (answer.kind !== 'failure') throw new Error(`answered: ${JSON.stringify(answer)}`);
  return answer;
};
/** A name with the addresses that the test gives it, one list a look-up. */
const resolver = (...answers: readonly string[][]): LookupFunction & { asked: number } => {
  const lookup = Object.assign(
    ((_name, _options, callback) => {
      const addresses = answers[Math.min(lookup.asked++, answers.length - 1)] ?? [];
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    }) as LookupFunction,
    { asked: 0 },
  );
  return lookup;
};

describe('an answer', () => {
  it('is plain data, whatever its status', async () => {
    const { url, seen } = await server((_request, response) =>
      response.writeHead(422, { 'X-Reason': 'no', 'Set-Cookie': ['a=1', 'b=2'] }).end('ünprocessable'),
    );
    expect(await client().send(post(`${url}/path`), ANY)).toEqual({
      kind: 'response',
      response: {
        status: 422,
        headers: expect.objectContaining({ 'x-reason': 'no', 'set-cookie': 'a=1, b=2' }) as object,
        body: 'ünprocessable',
        isCut: false,
        receivedAt: expect.any(Number) as number,
      },
    });
    expect(seen).toEqual([{ path: '/path', authorization: '', body: 'hello' }]);
  });

  it.each([301, 302, 303, 307, 308])('of %i is the answer: its location is not visited', async (status) => {
    const target = await server((_request, response) => response.end());
    const { url } = await server((_request, response) => response.writeHead(status, { location: target.url }).end());
    expect(await client().send(post(url), ANY)).toMatchObject({ response: { status } });
    expect(target.seen).toEqual([]);
  });

  it.each([
    ['gzip', gzipSync('words')],
    ['GZIP', gzipSync('words')],
    ['x-gzip', gzipSync('words')],
    ['deflate', deflateSync('words')],
    ['br', brotliCompressSync('words')],
    ['identity', Buffer.from('words')],
  ])('in %s is decoded', async (encoding, body) => {
    const { url } = await server((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(body),
    );
    expect(await client().send(post(url), ANY)).toMatchObject({ response: { body: 'words', isCut: false } });
  });

  it.each(['gzip', 'deflate', 'br', 'identity'])(
    'that claims to be in %s and has no body is empty',
    async (encoding) => {
      const { url } = await server((_request, response) =>
        response.writeHead(204, { 'content-encoding': encoding }).end(),
      );
      expect(await client().send(post(url), ANY)).toMatchObject({ response: { status: 204, body: '' } });
    },
  );

  it.each([
    ['truncated', 'gzip', gzipSync('words'.repeat(50)).subarray(0, 20)],
    ['truncated to a byte', 'gzip', gzipSync('words').subarray(0, 1)],
    ['not what it says', 'gzip', Buffer.from('words')],
    ['in an encoding that is not read', 'zstd', Buffer.from('words')],
    ['in one that every object has a property of', 'constructor', Buffer.from('words')],
    ['encoded twice', 'gzip, gzip', gzipSync(gzipSync('words'))],
  ])('%s is a failure after sending', async (_what, encoding, body) => {
    const { url } = await server((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(body),
    );
    expect(failed(await client().send(post(url), ANY))).toMatchObject({ wasSent: true, isForbidden: false });
  });

  it.each([
    ['exactly as long as may be read', MAX, false],
    ['a byte longer', MAX + 1, true],
  ])('%s is cut: %s bytes, %s', async (_what, bytes, isCut) => {
    const { url } = await server((_request, response) => response.end('x'.repeat(bytes)));
    expect(await client().send(post(url), ANY)).toMatchObject({ response: { body: 'x'.repeat(MAX), isCut } });
  });

  it('without an end is cut at the limit, and its connection dropped', async () => {
    const { url, connections } = await server((_request, response) => {
      const more = (): void => {
        while (response.writable && response.write('x'.repeat(1_000)));
      };
      response.on('drain', more);
      more();
    });
    expect(await client().send(post(url), ANY)).toMatchObject({ response: { status: 200, isCut: true } });
    while ((await connections()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('that is a bomb is cut at the limit of what it decompresses to', async () => {
    let sent = 0;
    const { url } = await server((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      const bomb = createGzip();
      bomb.pipe(response);
      const zeros = Buffer.alloc(1_000_000);
      const more = (): void => {
        while (response.writable && bomb.writable && bomb.write(zeros)) sent += zeros.length;
      };
      bomb.on('drain', more);
      response.on('close', () => bomb.destroy());
      more();
    });
    const answer = await client().send(post(url), ANY);
    expect(answer).toMatchObject({ response: { isCut: true } });
    expect(answer.kind === 'response' && answer.response.body.length).toBe(MAX);
    expect(sent).toBeLessThan(500_000_000);
  });
});

describe('the timeout', () => {
  it.each([
    ['of silence', () => undefined],
    ['of a head that trickles', (socket: { write(text: string): void }) => socket.write('HTTP/1.1 200 OK\r\nx-a: ')],
    [
      'of hints without end',
      (socket: { write(text: string): void }) => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'),
    ],
  ])('is total: %s', async (_what, drip) => {
    const silent = createServer((socket) => {
      const timer = setInterval(() => drip(socket), 20);
      socket
        .on('close', () => clearInterval(timer))
        .on('error', () => undefined)
        .resume();
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    open.push(() => new Promise((resolve) => silent.close(() => resolve())));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const answer = failed(await client().send(post(url), { ...ANY, timeoutMs: 150 }));
    expect(answer).toEqual({ kind: 'failure', wasSent: true, isForbidden: false, detail: 'No answer within 150 ms' });
  });

  it('is total: an answer of a byte at a time', async () => {
    const { url } = await server((_request, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(failed(await client().send(post(url), { ...ANY, timeoutMs: 150 }))).toMatchObject({ wasSent: true });
  });

  it('covers the wait for a connection, before which nothing was sent', async () => {
    const { url, seen } = await server(() => undefined);
    const one = client({ connections: 1 });
    const first = one.send(post(url), { ...ANY, timeoutMs: 400 });
    const second = await one.send(post(url), { ...ANY, timeoutMs: 100 });
    expect(failed(second)).toMatchObject({ wasSent: false, isForbidden: false });
    expect(failed(await first).wasSent).toBe(true);
    expect(seen).toHaveLength(1);
  });

  it('covers the look-up of a name', async () => {
    const lookup: LookupFunction = () => undefined;
    const answer = await client({ lookup, connectTimeoutMs: 200 }).send(post('http://slow.test/'), {
      ...ANY,
      timeoutMs: 100,
    });
    expect(failed(answer)).toMatchObject({ wasSent: false });
  });
});

describe('a caller that gives up', () => {
  it('has its answer at once, and the connection is dropped', async () => {
    const { url, seen, connections } = await server(() => undefined);
    const controller = new AbortController();
    const answer = client().send(post(url), { ...ANY, signal: controller.signal });
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    expect(failed(await answer)).toMatchObject({ wasSent: true, detail: 'Given up before the answer' });
    while ((await connections()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('sends nothing when it had given up before', async () => {
    const { url, seen } = await server((_request, response) => response.end());
    const signal = AbortSignal.abort();
    expect(failed(await client().send(post(url), { ...ANY, signal })).wasSent).toBe(false);
    expect(seen).toEqual([]);
  });
});

describe('a failure', () => {
  it('after sending may have been taken', async () => {
    const { url } = await server((_request, response) => void response.socket?.destroy());
    expect(failed(await client().send(post(url), ANY))).toMatchObject({ wasSent: true, isForbidden: false });
  });

  it('in the middle of the answer may have been taken', async () => {
    const { url } = await server((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('part');
      setTimeout(() => response.socket?.destroy(), 20);
    });
    expect(failed(await client().send(post(url), ANY))).toMatchObject({ wasSent: true });
  });

  it('to connect names the code where every address may be called', async () => {
    const closed = await serve(() => undefined);
    await closed.close();
    expect(failed(await client().send(post(closed.url), ANY))).toMatchObject({
      wasSent: false,
      isForbidden: false,
      detail: expect.stringMatching(/^ECONNREFUSED: .*ECONNREFUSED/) as string,
    });
  });

  it.each([
    ['a URL that is none', { url: 'nowhere' }],
    ['another protocol', { url: 'ftp://127.0.0.1/' }],
    ['a header that cannot be written', { headers: { 'x-key': 'a\r\nb: c' } }],
  ])('of a request with %s is forbidden: it would fail again', async (_what, wrong) => {
    const { url, seen } = await server((_request, response) => response.end());
    expect(failed(await client().send(post(url, wrong), ANY))).toMatchObject({ wasSent: false, isForbidden: true });
    expect(seen).toEqual([]);
  });
});

describe('an address', () => {
  const SPELLINGS = [
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '0177.0.0.1',
    '2130706433',
    '0x7f000001',
    '127.0.0.1.',
    '１２７.０.０.１',
    '%31%32%37.0.0.1',
    '0.0.0.0',
    '0',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:7f00:0001]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
  ];

  it.each(SPELLINGS)('that is not public is not connected to: %s', async (host) => {
    const { port, seen, connections } = await server((_request, response) => response.end());
    const answer = await client().send(post(`http://${host}:${port}/`), PUBLIC);
    expect(failed(answer)).toMatchObject({ wasSent: false, isForbidden: true });
    expect(seen).toEqual([]);
    expect(await connections()).toBe(0);
  });

  it('answers alike with a listener, without one, and where nobody can say', async () => {
    const listening = await server((_request, response) => response.end());
    const closed = await serve(() => undefined);
    await closed.close();
    const one = client({ lookup: resolver(['127.0.0.1']), isAddressAllowed: () => false });
    const at = async (url: string, of = one): Promise<object> => {
      const { detail, ...rest } = failed(await of.send(post(url), PUBLIC));
      return { ...rest, detail: detail.replace(new URL(url).host, 'HOST') };
    };
    const forbidden = await at(listening.url);
    expect(await at(closed.url)).toEqual(forbidden);
    expect(await at(`http://name.test:${listening.port}`)).toEqual(forbidden);
    // What may be called and is not there has the same words; only the runtime knows that it may be tried again.
    const allowing = client({ isAddressAllowed: () => true });
    const unknown = client({
      lookup: (_name, _options, callback) => callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), ''),
    });
    const silent = client({ lookup: () => undefined, connectTimeoutMs: 200 });
    expect(await at(closed.url, allowing)).toEqual({ ...forbidden, isForbidden: false });
    expect(await at('http://name.test', unknown)).toEqual({ ...forbidden, isForbidden: false });
    const { detail } = failed(await silent.send(post('http://HOST/'), { ...PUBLIC, timeoutMs: 50 }));
    expect(detail.replace('host', 'HOST')).toBe((forbidden as { detail: string }).detail);
  });

  it('that a name turns to later is not connected to, and a name is looked up once for a connection', async () => {
    const { port, seen } = await server((_request, response) => response.setHeader('connection', 'close').end());
    const lookup = resolver(['127.0.0.1'], ['127.0.0.2']);
    const one = client({ lookup, isAddressAllowed: (address) => address === '127.0.0.1' });
    const url = `http://rebinding.test:${port}/`;
    expect(await one.send(post(url), PUBLIC)).toMatchObject({ response: { status: 200 } });
    expect(lookup.asked).toBe(1);
    expect(failed(await one.send(post(url), PUBLIC))).toMatchObject({ wasSent: false, isForbidden: true });
    expect(seen).toHaveLength(1);
  });

  it('that is not public is left out where a name has others', async () => {
    const { port, seen } = await server((request, response) => response.end(request.socket.localAddress));
    const lookup = resolver(['127.0.0.2', '::1', '127.0.0.1']);
    const one = client({ lookup, isAddressAllowed: (address) => address === '127.0.0.1' });
    const answer = await one.send(post(`http://several.test:${port}/`), PUBLIC);
    expect(answer).toMatchObject({ response: { body: '127.0.0.1' } });
    expect(seen).toHaveLength(1);
  });

  it('is checked under TLS as well', async () => {
    const { port, connections } = await server((_request, response) => response.end());
    const answer = await client().send(post(`https://localhost:${port}/`), PUBLIC);
    expect(failed(answer)).toMatchObject({ isForbidden: true });
    expect(await connections()).toBe(0);
  });

  it('that was opened for a request that may call everything does not serve one that may not', async () => {
    const { url, seen } = await server((_request, response) => response.end());
    const one = client();
    expect(await one.send(post(url), ANY)).toMatchObject({ kind: 'response' });
    expect(failed(await one.send(post(url), PUBLIC)).isForbidden).toBe(true);
    expect(seen).toHaveLength(1);
  });
});

it('tells of every call once: its host, status, and the true cause of a failure', async () => {
  const { url, port } = await server((_request, response) => response.writeHead(503).end());
  const closed = await serve(() => undefined);
  await closed.close();
  const calls: CallRecord[] = [];
  const onCall = (call: CallRecord): void => void calls.push(call);
  const one = client();
  await one.send(post(url), { ...ANY, onCall });
  await one.send(post(url), { ...PUBLIC, onCall });
  await one.send(post(closed.url), { ...ANY, onCall });
  await one.send(post('nowhere'), { ...ANY, onCall });
  const durationMs = expect.any(Number) as number;
  expect(calls).toEqual([
    { host: `127.0.0.1:${port}`, status: 503, durationMs, wasSent: true, cause: '' },
    { host: `127.0.0.1:${port}`, status: null, durationMs, wasSent: false, cause: 'MILLRACE_ADDRESS_FORBIDDEN' },
    { host: `127.0.0.1:${closed.port}`, status: null, durationMs, wasSent: false, cause: 'ECONNREFUSED' },
    { host: '', status: null, durationMs, wasSent: false, cause: expect.stringMatching(/INVALID/) as string },
  ]);
});
