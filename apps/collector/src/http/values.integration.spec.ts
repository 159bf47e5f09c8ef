import { gzipSync } from 'node:zlib';

import { signalTopicName } from '@millrace/contract-signal';
import { useStack } from '@millrace/platform-testing';
import type { RunningService } from '@millrace/platform-observability';

import { readTopic } from '../testing/read-topic';
import { basic, post, PRODUCT_KEY, runCollector, type Answer } from '../testing/run-collector';

const stack = useStack();
let collector: RunningService;
const topic = (): string => signalTopicName('product', stack.topicPrefix);
const send = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Answer> =>
  post(`${collector.url}/v1/batch`, body, { ...basic(PRODUCT_KEY), ...headers });
/** Events as text, so that nothing between changes them. */
const batch = (...fields: string[]): string =>
  `{"batch":[${fields.map((field) => `{"type":"track","event":"Feature Used",${field}}`).join(',')}]}`;

beforeAll(async () => {
  collector = await runCollector(stack);
});
afterAll(() => collector?.close());

it('has the values in its topic as they were sent', async () => {
  const body = batch(
    '"messageId":"v1","userId":157963456373623803,"properties":{"n":9007199254740993,"a.b":1,"a":{"b":2}}',
    '"messageId":"v2","userId":157963456373623804,"properties":["a",1e400]',
    String.raw`"messageId":"v3","userId":"u","properties":{"half":"ab\ud83d","nul":"a\u0000b","constructor":"c"}`,
    '"messageId":"v4","userId":"undefined","anonymousId":"a","context":{"locale":"de","ip":"203.0.113.77"}',
    '"messageId":"v5","userId":true,"context":{"ip":"203.0.113.77"}',
  );
  const shared = body.replace('{', '{"context":{"timezone":"Europe/Berlin","locale":"en"},');
  const answer = await send(shared, { 'x-forwarded-for': '203.0.113.77' });
  expect(answer).toMatchObject({ status: 200, body: { accepted: 4, quarantined: 1 } });
  const records = await readTopic(stack, topic());
  const signals = new Map(records.map(({ signal }) => [signal?.signal_id, signal]));
  const everywhere = { 'context.timezone': 'Europe/Berlin' };
  expect(signals.get('v1')).toMatchObject({
    user_id: '157963456373623803',
    properties: { n: '9007199254740993', 'a.b': '1', 'a.b#2': '2', 'context.locale': 'en', ...everywhere },
  });
  expect(signals.get('v2')).toMatchObject({ user_id: '157963456373623804', properties: { properties: '["a",1e400]' } });
  expect(signals.get('v3')?.properties).toMatchObject({ half: 'ab\uFFFD', nul: 'a\0b', constructor: 'c' });
  expect(signals.get('v4')).toMatchObject({
    user_id: null,
    anonymous_id: 'a',
    properties: { userId: 'undefined', 'context.locale': 'de', ...everywhere },
  });
  expect(records.map(({ value, headers }) => value + JSON.stringify(headers)).join()).not.toContain('203.0.113.77');
});

it('keeps the words that are nobody apart from people', async () => {
  const words = ['null', 'NaN', 'None', '0', '[object Object]', 'true', 'guest', '', '   '];
  const events = words.map((word, n) => `"messageId":"w${n}","userId":${JSON.stringify(word)},"anonymousId":"a-${n}"`);
  expect(await send(batch(...events))).toMatchObject({ status: 200, body: { accepted: words.length } });
  const records = await readTopic(stack, topic());
  const found = records.flatMap(({ signal }) => (signal?.signal_id.startsWith('w') ? [signal] : []));
  expect(found.map(({ user_id: user }) => user)).toEqual(words.map(() => null));
  expect(new Set(found.map(({ anonymous_id: id }) => id)).size).toBe(words.length);
});

it.each([false, true])(
  'refuses a body that is not UTF-8, and takes a byte order mark; gzipped: %s',
  async (isZipped) => {
    const bytes = (body: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(isZipped ? gzipSync(body) : body);
    const headers: Record<string, string> = isZipped ? { 'content-encoding': 'gzip' } : {};
    const text = batch('"messageId":"utf","userId":"ü"');
    const message = expect.stringContaining(`byte ${text.indexOf('ü')} (0xfc)`) as string;
    expect(await send(bytes(Buffer.from(text, 'latin1')), headers)).toMatchObject({
      status: 400,
      body: { code: 'SOURCE_PAYLOAD_INVALID', message },
    });
    expect(await send(bytes(Buffer.from(text, 'utf16le')), headers)).toMatchObject({ status: 400 });
    expect(await send(bytes(Buffer.from(`\uFEFF${text}`)), headers)).toMatchObject({
      status: 200,
      body: { accepted: 1 },
    });
  },
);
