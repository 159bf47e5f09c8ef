import { gzipSync } from 'node:zlib';

import { Analytics } from '@segment/analytics-node';
import { createSimulation } from '@millrace/simulation';
import { REJECTED_HEADERS, signalTopicName } from '@millrace/contract-signal';
import { useStack } from '@millrace/platform-testing';
import type { RunningService } from '@millrace/platform-observability';

import { readCollectorConfig } from '../app.config';
import { idsOf, readTopic } from '../testing/read-topic';
import { basic, environmentOf, post, PRODUCT_KEY, runCollector, WEBSITE_KEY } from '../testing/run-collector';
import { startCollector } from '../topology';

const stack = useStack();
let collector: RunningService;
const website = (): string => signalTopicName('website', stack.topicPrefix);
const product = (): string => signalTopicName('product', stack.topicPrefix);
const event = (messageId: string, more: object = {}): object => ({
  type: 'track',
  event: 'Feature Used',
  messageId,
  userId: 'u_1',
  timestamp: '2026-03-10T12:00:00Z',
  ...more,
});
const batch = (...events: unknown[]): string => JSON.stringify({ batch: events });
const send = (body: string, headers: Record<string, string> = basic(PRODUCT_KEY)) =>
  post(`${collector.url}/v1/batch`, body, headers);

beforeAll(async () => {
  collector = await runCollector(stack, { COLLECTOR_BODY_LIMIT_BYTES: '200000' });
});
afterAll(() => collector?.close());

it('has every call of a real SDK in its topic, under its messageId', async () => {
  const { events } = createSimulation({
    seed: 3,
    days: 2,
    endsAt: Date.parse('2026-03-12T04:00:00Z'),
    accounts: 12,
    signalsPerDay: 150,
    zone: 'America/New_York',
  });
  const sent = [...events].filter((candidate) => candidate.source === 'website');
  const problems: unknown[] = [];
  const analytics = new Analytics({ writeKey: WEBSITE_KEY, host: collector.url, flushAt: 20, flushInterval: 100 });
  analytics.on('error', (problem) => problems.push(problem));
  for (const { call } of sent) {
    const { type, ...fields } = call;
    (analytics[type] as (call: object) => void)(fields);
  }
  await analytics.closeAndFlush();
  expect(problems).toEqual([]);
  const records = await readTopic(stack, website());
  const valid = sent.filter(({ reason }) => reason !== 'invalid_event' && reason !== 'no_identity');
  expect(idsOf(records)).toEqual(valid.map(({ call }) => call.messageId).sort());
  expect(records.filter(({ signal }) => signal === null)).toHaveLength(sent.length - valid.length);
  expect(new Set(records.map(({ signal }) => signal?.key_kind ?? 'no signal'))).toEqual(new Set(['page', 'no signal']));
  const duplicates = sent.filter(({ fate }) => fate === 'duplicate').length;
  expect(duplicates).toBeGreaterThan(0);
  const byId = new Map(records.map(({ signal }) => [signal?.signal_id, signal]));
  for (const { call, occurredAt, fate } of sent) {
    if (fate !== 'invalid') expect(byId.get(call.messageId)?.occurred_at).toBe(occurredAt);
  }
});

it('keeps the good events of a batch and the bad ones under their reason', async () => {
  const before = (await readTopic(stack, product())).length;
  const answer = await send(
    batch(
      event('good-1'),
      { type: 'track', event: 'x', userId: 'u_1', timestamp: 'yesterday' },
      'nonsense',
      event('good-2'),
      event('nobody', { userId: '' }),
    ),
  );
  expect(answer).toMatchObject({ status: 200, body: { success: true, accepted: 2, quarantined: 3 } });
  expect(answer.body['errors']).toEqual([
    { index: 1, reason: 'invalid_event', detail: expect.stringContaining('yesterday') },
    { index: 2, reason: 'invalid_event', detail: expect.any(String) },
    { index: 4, reason: 'no_identity', detail: expect.any(String) },
  ]);
  expect(answer.body['accepted_at']).toBeGreaterThan(Date.now() - 60_000);
  const records = await readTopic(stack, product());
  expect(records).toHaveLength(before + 5);
  expect(idsOf(records)).toEqual(expect.arrayContaining(['good-1', 'good-2']));
  const kinds = records.flatMap(({ signal }) => (signal === null ? [] : [signal.key_kind]));
  expect(new Set(kinds)).toEqual(new Set(['server']));
  const rejected = records.filter(({ signal }) => signal === null);
  expect(rejected.map(({ headers }) => headers[REJECTED_HEADERS.reason]).sort()).toEqual([
    'invalid_event',
    'invalid_event',
    'no_identity',
  ]);
  expect(rejected.map(({ value }) => JSON.parse(value) as unknown)).toContainEqual('nonsense');
  expect(rejected[0]?.headers[REJECTED_HEADERS.detail]).not.toBe('');
});

it('keeps the id of a retry, and a person’s signals on one key', async () => {
  await send(batch(event('again')));
  await send(batch(event('again')));
  const records = (await readTopic(stack, product())).filter(({ signal }) => signal?.signal_id === 'again');
  expect(records).toHaveLength(2);
  expect(records.map(({ key }) => key)).toEqual(['u_1', 'u_1']);
});

it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded'])(
  'takes JSON sent as %s, gzipped or not',
  async (type) => {
    const body = batch(event('any-type'));
    const headers = { ...basic(PRODUCT_KEY), 'content-type': type };
    expect(await send(body, headers)).toMatchObject({ status: 200, body: { accepted: 1 } });
    const zipped = await post(`${collector.url}/v1/batch/`, new Uint8Array(gzipSync(body)), {
      ...headers,
      'content-encoding': 'gzip',
    });
    expect(zipped).toMatchObject({ status: 200, body: { accepted: 1 } });
  },
);

it.each([
  ['track', { event: 'A' }],
  ['page', { name: 'A' }],
  ['identify', { traits: {} }],
  ['group', { groupId: 'g' }],
  ['screen', {}],
  ['alias', { previousId: 'a' }],
  ['t', { event: 'A' }],
  ['p', {}],
  ['i', {}],
  ['g', { groupId: 'g' }],
  ['s', {}],
  ['a', { previousId: 'a' }],
])('takes one call at /v1/%s with the key in the body', async (path, more) => {
  const body = JSON.stringify({ messageId: `one-${path}`, userId: 'u_1', writeKey: PRODUCT_KEY, ...more });
  expect(await post(`${collector.url}/v1/${path}`, body, { 'content-type': 'text/plain' })).toMatchObject({
    status: 200,
    body: { accepted: 1, quarantined: 0 },
  });
});

it('takes an empty batch and a browser’s /v1/b', async () => {
  expect(await send(batch())).toMatchObject({ status: 200, body: { success: true, accepted: 0 } });
  const body = JSON.stringify({ batch: [event('b')], writeKey: PRODUCT_KEY });
  expect(await post(`${collector.url}/v1/b`, body)).toMatchObject({ status: 200, body: { accepted: 1 } });
});

describe('refuses', () => {
  it.each([
    ['malformed JSON', 400, '{"batch": [', basic(PRODUCT_KEY)],
    ['an empty body', 400, ' ', basic(PRODUCT_KEY)],
    ['a body that is no object', 400, '[]', basic(PRODUCT_KEY)],
    ['a batch that is no list', 400, '{"batch": {}}', basic(PRODUCT_KEY)],
    ['a body that is not gzip', 400, '{"batch": []}', { ...basic(PRODUCT_KEY), 'content-encoding': 'gzip' }],
    ['an unknown encoding', 400, '{"batch": []}', { ...basic(PRODUCT_KEY), 'content-encoding': 'br' }],
    ['no key', 401, '{"batch": []}', {}],
    ['an unknown key', 401, '{"batch": []}', basic('mwk_nobody')],
    ['a body above the limit', 413, JSON.stringify({ batch: [], filler: 'x'.repeat(200_000) }), basic(PRODUCT_KEY)],
  ])('%s with %i', async (_title, status, body, headers) => {
    const answer = await send(body, headers as Record<string, string>);
    expect(answer).toMatchObject({
      status,
      body: { success: false, code: expect.any(String), message: expect.any(String) },
    });
  });

  it('a gzip bomb with 413, without inflating it', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(150 * 1024 * 1024, ' ')));
    expect(bomb.length).toBeLessThan(200_000);
    const before = process.memoryUsage.rss();
    const answer = await post(`${collector.url}/v1/batch`, bomb, { ...basic(PRODUCT_KEY), 'content-encoding': 'gzip' });
    expect(answer).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(process.memoryUsage.rss() - before).toBeLessThan(50 * 1024 * 1024);
  });

  it('a path that is no call with 404', async () => {
    expect((await post(`${collector.url}/v1/constructor`, '{}', basic(PRODUCT_KEY))).status).toBe(404);
  });
});

it('quarantines an event that is too large and keeps its beginning', async () => {
  const answer = await send(batch(event('large', { properties: { text: 'x'.repeat(100_000) } }), event('small')));
  expect(answer).toMatchObject({ status: 200, body: { accepted: 1, quarantined: 1 } });
  const records = await readTopic(stack, product());
  const large = records.find(({ headers }) => headers[REJECTED_HEADERS.reason] === 'event_too_large');
  expect(large?.value).toHaveLength(65_536);
});

it('lets a web page of another origin send', async () => {
  const preflight = await fetch(`${collector.url}/v1/t`, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://www.brightwater.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
  const answer = await post(`${collector.url}/v1/batch`, batch(), {
    ...basic(PRODUCT_KEY),
    origin: 'https://www.brightwater.example',
  });
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
});

it('answers 429 with Retry-After above the rate of a key, and only to that key', async () => {
  const slow = await startCollector(
    readCollectorConfig(environmentOf(stack, { COLLECTOR_EVENTS_PER_SECOND_PER_KEY: '3' })),
    { ownsProcess: false },
  );
  await slow.started;
  try {
    const url = `${slow.url}/v1/batch`;
    const events = batch(event('r1'), event('r2'), event('r3'));
    expect((await post(url, events, basic(PRODUCT_KEY))).status).toBe(200);
    const refused = await post(url, events, basic(PRODUCT_KEY));
    expect(refused).toMatchObject({ status: 429, body: { code: 'SOURCE_RATE_LIMITED' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await post(url, events, basic(WEBSITE_KEY))).status).toBe(200);
  } finally {
    await slow.close();
  }
});

it('is ready, and counts by source', async () => {
  expect((await fetch(`${collector.url}/health/ready`)).status).toBe(200);
  const metrics = await (await fetch(`${collector.url}/metrics`)).text();
  expect(metrics).toMatch(/millrace_collector_accepted_signals_total\{source="website"\} [1-9]/);
  expect(metrics).toMatch(/millrace_collector_quarantined_events_total\{source="product",reason="no_identity"\} [1-9]/);
  expect(metrics).toMatch(
    /millrace_collector_rejected_requests_total\{source="unknown",code="SOURCE_UNAUTHORIZED"\} [1-9]/,
  );
  expect(metrics).toContain('millrace_collector_request_seconds_bucket');
  expect(metrics).toContain('millrace_collector_queue_bytes 0');
});
