import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { useStack } from '@millrace/platform-testing';
import type { RunningService } from '@millrace/platform-observability';

import { basic, post, runCollector } from '../testing/run-collector';
import { createWriteKey, hashWriteKey } from '../write-keys/write-key';

const stack = useStack();
const KEYS = Object.fromEntries(
  ['plain', 'of_a_page', 'for_one_type', 'slow'].map((name, index) => [
    name,
    createWriteKey(Buffer.alloc(24, index + 1)),
  ]),
) as Record<'plain' | 'of_a_page' | 'for_one_type' | 'slow', string>;
const PAGE = 'https://www.example.com';
let collector: RunningService;

const event = (messageId: string, name = 'Feature Used'): object => ({
  type: 'track',
  event: name,
  messageId,
  userId: 'u',
});
const batch = (...events: object[]): string => JSON.stringify({ batch: events });
const send = (key: string, body: string, headers: Record<string, string> = {}) =>
  post(`${collector.url}/v1/batch`, body, { ...basic(key), ...headers });

beforeAll(async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'keys-')), 'keys.json');
  const key = (name: keyof typeof KEYS, more: object = {}) => ({
    source: 'website',
    hash: hashWriteKey(KEYS[name]),
    ...more,
  });
  const keys = [
    key('plain'),
    key('of_a_page', { origins: [PAGE] }),
    key('for_one_type', { types: ['demo_requested'] }),
    key('slow', { events_per_second: 2 }),
  ];
  writeFileSync(file, JSON.stringify({ keys }));
  collector = await runCollector(stack, {
    COLLECTOR_WRITE_KEYS: '',
    COLLECTOR_WRITE_KEYS_FILE: file,
    COLLECTOR_HEADERS_TIMEOUT_SECONDS: '0.3',
    COLLECTOR_REQUEST_TIMEOUT_SECONDS: '0.6',
    COLLECTOR_MAX_BATCH_EVENTS: '3',
    COLLECTOR_MAX_CONNECTIONS: '20',
  });
});
afterAll(() => collector?.close());

describe('a write key', () => {
  it('with origins is for pages of these', async () => {
    expect((await send(KEYS.of_a_page, batch(event('o1')), { origin: PAGE })).status).toBe(200);
    for (const headers of [
      {},
      { origin: 'https://www.example.com.evil.example' },
      { origin: 'http://www.example.com' },
    ]) {
      expect(await send(KEYS.of_a_page, batch(event('o2')), headers as Record<string, string>)).toMatchObject({
        status: 401,
        body: { message: 'The write key may not be used from this origin' },
      });
    }
  });

  it('with types sends these; the others are put aside with the reason', async () => {
    expect(await send(KEYS.for_one_type, batch(event('t1', 'Demo Requested'), event('t2')))).toMatchObject({
      status: 200,
      body: { accepted: 1, quarantined: 1, errors: [{ index: 1, detail: 'the write key may not send feature_used' }] },
    });
  });

  it('has a limit of its own', async () => {
    expect((await send(KEYS.slow, batch(event('l1'), event('l2')))).status).toBe(200);
    expect((await send(KEYS.slow, batch(event('l3'), event('l4')))).status).toBe(429);
    expect((await send(KEYS.plain, batch(event('l3'), event('l4')))).status).toBe(200);
  });
});

it('a request with too many events is refused as a whole', async () => {
  expect(await send(KEYS.plain, batch(event('1'), event('2'), event('3'), event('4')))).toMatchObject({
    status: 413,
    body: { code: 'PAYLOAD_TOO_LARGE', message: 'The request has 4 events, at most 3 are taken' },
  });
});

describe('on the wire', () => {
  const open = async (): Promise<{ socket: Socket; answer: () => Promise<string> }> => {
    const { hostname, port } = new URL(collector.url);
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    await once(socket, 'connect');
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    const ended = once(socket, 'close');
    return {
      socket,
      answer: async () => {
        await ended;
        return text;
      },
    };
  };
  const head = (key: string, length: number): string =>
    `POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: ${basic(key)['authorization']}\r\ncontent-length: ${length}\r\n`;

  it('a key in the headers is refused before the body is there', async () => {
    const { socket, answer } = await open();
    socket.write(`${head('mwk_nobody', 1_000_000)}\r\n`);
    expect(await answer()).toMatch(/^HTTP\/1\.1 401 /);
  });

  it.each([
    ['headers', () => head(KEYS.plain, 10)],
    ['a body', () => `${head(KEYS.plain, 10)}\r\n{"a`],
  ])('a sender that never ends %s is cut off', async (_what, begin) => {
    const { socket, answer } = await open();
    socket.write(begin());
    expect(await answer()).toMatch(/^HTTP\/1\.1 408 /);
  });
});
