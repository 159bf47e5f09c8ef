import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';

import { REJECTED_HEADERS, signalTopicName, type Signal } from '@millrace/contract-signal';
import type { RunningService } from '@millrace/platform-observability';
import { useStack } from '@millrace/platform-testing';

import { readTopic } from '../testing/read-topic';
import { basic, post, runCollector, WEBSITE_KEY } from '../testing/run-collector';
import { fillTemplates, type WireCase } from '../testing/wire-case';

const HOUR_MS = 3_600_000;
const { cases } = JSON.parse(readFileSync(join(__dirname, 'fixtures/wire.json'), 'utf8')) as { cases: WireCase[] };
const stack = useStack();
const lines: string[] = [];
let collector: RunningService;

const records = () => readTopic(stack, signalTopicName('website', stack.topicPrefix));
const signalsOf = async (id: string): Promise<Signal[]> =>
  (await records()).flatMap(({ signal }) => (signal?.signal_id.toLowerCase() === id.toLowerCase() ? [signal] : []));
/** Rows that sealing keeps: one per id and window. */
const sealed = (signals: readonly Signal[]): number =>
  new Set(signals.map(({ signal_id, occurred_at }) => `${signal_id} ${Math.floor(occurred_at / HOUR_MS)}`)).size;
const track = (more: object): string => JSON.stringify({ event: 'T', userId: 'u', ...more });
const send = (body: string) => post(`${collector.url}/v1/track`, body, basic(WEBSITE_KEY));

beforeAll(async () => {
  const logDestination = { write: (line: string) => void lines.push(line) };
  collector = await runCollector(stack, { LOG_LEVEL: 'trace' }, { logDestination });
});
afterAll(() => collector?.close());

describe('the wire cases', () => {
  const written = cases.filter((example) => typeof example.request === 'object');

  it.each(written)('$id: $why', async ({ id, request: sent, expect: expected, repeat_after_s: again }) => {
    if (typeof sent === 'string') throw new Error('written out below');
    const first = Date.now();
    for (const now of again === undefined ? [first] : [first, first + again * 1_000]) {
      const body = JSON.stringify(fillTemplates(sent.json, { now, first }, WEBSITE_KEY));
      expect(await post(`${collector.url}${sent.path}`, body, basic(WEBSITE_KEY))).toMatchObject({
        status: expected['status'],
        body: { quarantined: 0 },
      });
    }
    const signals = await signalsOf(id);
    const { signals: wanted = {}, ...counts } = fillTemplates(expected, { now: first, first }, WEBSITE_KEY) as {
      signals?: Record<string, object>;
      [count: string]: unknown;
    };
    for (const fields of Object.values(wanted)) expect(signals).toEqual([expect.objectContaining(fields)]);
    const distinct = new Set(signals.map(({ occurred_at }) => occurred_at)).size;
    expect({
      status: expected['status'],
      properties: expected['properties'],
      records_in_topic: signals.length,
      distinct_occurred_at: distinct,
      sealed: sealed(signals),
      duplicates: signals.length - sealed(signals),
    }).toMatchObject(counts);
  });

  it('W17: a browser’s preflight, then text/plain with a charset', async () => {
    const origin = { origin: 'https://www.brightwater.example' };
    const headers = { ...origin, 'access-control-request-method': 'POST' };
    const preflight = await fetch(`${collector.url}/v1/t`, { method: 'OPTIONS', headers });
    expect([200, 204]).toContain(preflight.status);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    const body = track({ messageId: 'w17', writeKey: WEBSITE_KEY });
    const plain = { ...origin, 'content-type': 'text/plain;charset=UTF-8' };
    expect(await post(`${collector.url}/v1/t`, body, plain)).toMatchObject({ status: 200, body: { accepted: 1 } });
  });

  it('W18: nested keys are joined by dots, null is left out, the rest is text', async () => {
    const [signal] = await signalsOf('w18');
    expect(signal?.value).toBe(12.5);
    expect(signal?.properties).toMatchObject({ 'a.b.c': '1', d: '[1,"x",null]', f: 'true', g: '1e+21', 'h.i': 'dot' });
    expect(signal?.properties).not.toHaveProperty('e');
  });

  it('W22: an IP address is in no record and no line of the log', async () => {
    const address = '203.0.113.77';
    const body = track({ messageId: 'w22', context: { ip: address } });
    const headers = { ...basic(WEBSITE_KEY), 'x-forwarded-for': address };
    expect(await post(`${collector.url}/v1/track`, body, headers)).toMatchObject({
      status: 200,
      body: { accepted: 1 },
    });
    expect(await signalsOf('w22')).toHaveLength(1);
    expect(JSON.stringify(await records())).not.toContain(address);
    expect(lines.join('\n')).not.toContain(address);
  });
});

it('takes the same bytes again, hours after their sentAt, for the same signal, also without an id', async () => {
  const occurred = Date.now() - 3 * HOUR_MS;
  const body = JSON.stringify({
    sentAt: new Date(Date.now() - 2 * HOUR_MS).toISOString(),
    batch: [{ type: 'track', event: 'Sent Twice', userId: 'u', timestamp: new Date(occurred).toISOString() }],
  });
  for (const _time of ['first', 'again']) {
    const answer = await post(`${collector.url}/v1/batch`, body, basic(WEBSITE_KEY));
    expect(answer.body).toMatchObject({ accepted: 1, quarantined: 0 });
  }
  const signals = (await records()).flatMap(({ signal }) => (signal?.type === 'sent_twice' ? [signal] : []));
  expect(signals.map(({ occurred_at }) => occurred_at)).toEqual([occurred, occurred]);
  expect(sealed(signals)).toBe(1);
});

it('corrects a fast clock and keeps the time as it was sent', async () => {
  const fast = new Date(Date.now() + HOUR_MS).toISOString();
  await send(track({ messageId: 'fast', timestamp: fast, sentAt: fast }));
  const [signal] = await signalsOf('fast');
  expect(signal?.occurred_at).toBe(Date.parse(fast) - HOUR_MS);
  expect(signal?.properties).toEqual({ timestamp_as_sent: fast });
});

it('quarantines an event whose time is not one, naming field and value, and keeps its batch', async () => {
  const bad = [Number.MAX_SAFE_INTEGER, '2026-02-30T10:00:00Z', 1_795_660_200].map((timestamp) => ({
    ...{ type: 'track', event: 'T', userId: 'u', messageId: `bad-${timestamp}`, timestamp },
  }));
  const batch = [...bad, { type: 'track', event: 'T', userId: 'u', messageId: 'beside-bad' }];
  const body = JSON.stringify({ sentAt: 1_795_660_200_000_000_000, batch });
  expect(await post(`${collector.url}/v1/batch`, body, basic(WEBSITE_KEY))).toMatchObject({
    status: 200,
    body: { accepted: 1, quarantined: 3 },
  });
  expect(await signalsOf('beside-bad')).toHaveLength(1);
  const details = (await records()).map(({ headers }) => headers[REJECTED_HEADERS.detail] ?? '').filter(Boolean);
  for (const { timestamp } of bad) {
    expect(details).toContainEqual(expect.stringContaining(`timestamp: ${JSON.stringify(timestamp)} `));
  }
});

/** What fetch would not send: any content type, or none. */
const postRaw = (body: string, contentType: string | null): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { ...basic(WEBSITE_KEY), ...(contentType === null ? {} : { 'content-type': contentType }) };
    const sent = request(`${collector.url}/v1/track`, { method: 'POST', headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode));
    });
    sent.on('error', reject).end(body);
  });

it.each([
  'json',
  '',
  null,
  'application/json;',
  ';charset=utf-8',
  'a/b/c',
  '*/*',
  '"',
  'multipart/form-data',
  'text/xml',
])('takes JSON under the content type %j', async (contentType) => {
  expect(await postRaw(track({ messageId: 'typed' }), contentType)).toBe(200);
});

it('says where a body stops being JSON', async () => {
  const { status, body } = await send('{"userId": "u",\n "properties": {"score": NaN}}');
  expect(status).toBe(400);
  expect(body['message']).toContain('unexpected NaN at line 2, column 26');
});

it('takes a body nested a hundred thousand deep for one bad event', async () => {
  const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)},"type":"track","event":"T","userId":"u"}`;
  const body = `{"batch":[${deep},${JSON.stringify({ type: 'track', event: 'T', userId: 'u', messageId: 'beside-deep' })}]}`;
  expect(await post(`${collector.url}/v1/batch`, body, basic(WEBSITE_KEY))).toMatchObject({
    status: 200,
    body: { accepted: 1, quarantined: 1 },
  });
  expect(await signalsOf('beside-deep')).toHaveLength(1);
});
