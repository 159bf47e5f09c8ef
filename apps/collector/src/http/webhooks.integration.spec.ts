import { createSign, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { entityTopics, REJECTED_HEADERS, signalTopicName } from '@millrace/contract-signal';
import type { RunningService } from '@millrace/platform-observability';
import { useStack } from '@millrace/platform-testing';

import { readCollectorConfig } from '../app.config';
import { deploy } from '../commands/deploy';
import { idsOf, readTopic } from '../testing/read-topic';
import { environmentOf, post, runCollector, type Answer } from '../testing/run-collector';

const stack = useStack();
const folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
const ours = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const others = generateKeyPairSync('ec', { namedCurve: 'P-256' });
let collector: RunningService;

const settingsOf = ({ publicKey }: typeof ours): string =>
  `{ public_key: '${publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}' }`;

beforeAll(async () => {
  const file = join(folder, 'sources.yaml');
  const entries = [
    `- { name: news, type: sendgrid, settings: ${settingsOf(ours)} }`,
    `- { name: receipts, type: sendgrid, settings: ${settingsOf(others)} }`,
  ];
  writeFileSync(file, ['sources:', ...entries].join('\n  '));
  const more = { SOURCES_FILES: file, COLLECTOR_WRITE_KEYS: '' };
  await deploy(readCollectorConfig(environmentOf(stack, more)));
  collector = await runCollector(stack, more);
});
afterAll(async () => {
  await collector?.close();
  rmSync(folder, { recursive: true });
});

const SIGNATURE = 'x-twilio-email-event-webhook-signature';
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp';
const now = (): number => Math.floor(Date.now() / 1_000);
const event = (id: string, more: object = {}): object => ({
  event: 'open',
  email: 'ann@acme.com',
  timestamp: now(),
  sg_event_id: id,
  ip: '203.0.113.9',
  ...more,
});
const listOf = (...events: unknown[]): string => `${JSON.stringify(events)}\r\n`;
const signed = (body: string, timestamp = String(now()), { privateKey } = ours): Record<string, string> => ({
  [TIMESTAMP]: timestamp,
  [SIGNATURE]: createSign('sha256').update(timestamp).update(body).sign(privateKey, 'base64'),
});
const send = (body: string, headers: Record<string, string>, path = '/webhooks/news/'): Promise<Answer> =>
  post(`${collector.url}${path}`, body, headers);

it('takes a signed list: good events and bad ones, each to its place', async () => {
  const body = listOf(event('w1'), event('w2', { email: null }), event('w3', { event: 'unsubscribe' }));
  expect(await send(body, signed(body))).toMatchObject({
    status: 200,
    body: { accepted: 3, quarantined: 1, errors: [{ index: 1, reason: 'no_identity' }] },
  });
  const records = await readTopic(stack, signalTopicName('news', stack.topicPrefix));
  expect(idsOf(records)).toEqual(['w1', 'w3']);
  const rejected = records.filter(({ signal }) => signal === null);
  expect(rejected.map(({ headers }) => headers[REJECTED_HEADERS.reason])).toEqual(['no_identity']);
  expect(JSON.stringify(records)).not.toContain('203.0.113.9');
  const people = await readTopic(stack, entityTopics(stack.topicPrefix).people.name);
  expect(people.map(({ key }) => key)).toEqual(['news/ann@acme.com']);
});

it('takes it without the slash at the end, and compressed: signed is what was compressed', async () => {
  const body = listOf(event('w4'));
  expect((await send(body, signed(body), '/webhooks/news')).status).toBe(200);
  const zipped = await post(`${collector.url}/webhooks/news/`, new Uint8Array(gzipSync(body)), {
    ...signed(body),
    'content-encoding': 'gzip',
  });
  expect(zipped.status).toBe(200);
});

it('answers 401 to what is not signed by the key of its own instance', async () => {
  const body = listOf(event('w5'));
  const stale = String(now() - 4_000);
  expect((await send(body, {})).status).toBe(401);
  expect((await send(body, signed(body, stale))).status).toBe(401);
  expect((await send(`${body} `, signed(body))).status).toBe(401);
  expect((await send(body, signed(body), '/webhooks/receipts/')).status).toBe(401);
  expect((await send(body, signed(body, undefined, others), '/webhooks/receipts/')).status).toBe(200);
});
