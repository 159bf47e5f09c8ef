import { connect } from 'node:net';

import { signalTopicName } from '@millrace/contract-signal';
import { tcpProxy, useStack, waitFor, type TcpProxy } from '@millrace/platform-testing';
import type { RunningService } from '@millrace/platform-observability';

import { idsOf, readTopic } from '../testing/read-topic';
import { basic, post, PRODUCT_KEY, runCollector, type Answer } from '../testing/run-collector';

const stack = useStack();
const topic = (): string => signalTopicName('product', stack.topicPrefix);
const event = (messageId: string): object => ({
  type: 'track',
  event: 'Feature Used',
  messageId,
  userId: `u_${messageId}`,
  timestamp: '2026-03-10T12:00:00Z',
});

let proxy: TcpProxy;
let collector: RunningService;
const send = (...ids: string[]): Promise<Answer> =>
  post(`${collector.url}/v1/batch`, JSON.stringify({ batch: ids.map(event) }), basic(PRODUCT_KEY));

beforeAll(async () => {
  proxy = await tcpProxy(stack.kafkaBrokers[0] ?? '');
  const environment = { COLLECTOR_PRODUCE_TIMEOUT_SECONDS: '1', COLLECTOR_QUEUE_BYTES: '20000', LOG_LEVEL: 'silent' };
  collector = await runCollector(stack, environment, {
    socketFactory: ({ onConnect }) => connect(proxy.port, '127.0.0.1', onConnect),
  });
});
afterAll(async () => {
  proxy?.restore();
  await collector?.close();
  await proxy?.close();
});
afterEach(async () => {
  proxy.restore();
  await waitFor(
    'the collector to be itself again',
    async () => (await send()).status === 200 && (await fetch(`${collector.url}/health/ready`)).ok,
  );
});

const faults: [string, () => void][] = [
  ['cut off', () => proxy.cut()],
  ['that never answers', () => proxy.dropReplies()],
];

it.each(faults)(
  'answers 503 with Retry-After after a bounded wait with Kafka %s, is not ready, and loses nothing it accepted',
  async (title, fault) => {
    const id = (name: string): string => `${title.replaceAll(' ', '-')}-${name}`;
    expect((await send(id('before'))).status).toBe(200);
    fault();
    const startedAt = performance.now();
    const answer = await send(id('during'));
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(answer).toMatchObject({ status: 503, body: { success: false, code: 'KAFKA_UNAVAILABLE' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${collector.url}/health/ready`)).status).toBe(503);
    expect((await fetch(`${collector.url}/health/live`)).status).toBe(200);

    proxy.restore();
    await waitFor(
      'the retry of the client to be accepted',
      async () => (await send(id('during'), id('after'))).status === 200,
    );
    const ids = new Set(idsOf(await readTopic(stack, topic())));
    for (const name of ['before', 'during', 'after']) expect(ids).toContain(id(name));
  },
  60_000,
);

it('answers 429 while the queue is full and has everything it said 200 to', async () => {
  proxy.cut();
  const flood = () => Promise.all(Array.from({ length: 400 }, (_, index) => send(`flood-${index}`)));
  const answers: Awaited<ReturnType<typeof flood>> = [];
  // On a busy machine requests may time out before enough of them wait: then they come again.
  await waitFor('the queue to be full', async () => {
    answers.push(...(await flood()));
    return answers.some(({ status }) => status === 429);
  });
  expect(answers.every(({ status }) => status === 429 || status === 503)).toBe(true);
  const full = answers.find(({ status }) => status === 429);
  expect(full?.body).toMatchObject({ code: 'KAFKA_QUEUE_FULL' });
  expect(full?.headers.get('retry-after')).toBe('1');
});

it('has every id it answered 200 to when the connection breaks again and again under load', async () => {
  const accepted: string[] = [];
  let isOver = false;
  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (let round = 0; !isOver; round += 1) {
      const ids = Array.from({ length: 5 }, (_, index) => `load-${client}-${round}-${index}`);
      if ((await send(...ids)).status === 200) accepted.push(...ids);
    }
  });
  for (let cuts = 0; cuts < 3; cuts += 1) {
    const before = accepted.length;
    await waitFor('some more to be accepted', () => accepted.length > before + 100);
    proxy.cut();
    await new Promise((resolve) => setTimeout(resolve, 300));
    proxy.restore();
  }
  isOver = true;
  await Promise.all(clients);
  const ids = new Set(idsOf(await readTopic(stack, topic())));
  expect(accepted.filter((id) => !ids.has(id))).toEqual([]);
});

it('finishes what it has taken when it is stopped under load, and has every id it answered 200 to', async () => {
  const stopped = await runCollector(stack, { LOG_LEVEL: 'silent', COLLECTOR_LINGER_MS: '50' });
  const accepted: string[] = [];
  const refused: number[] = [];
  let isDown = false;
  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (let round = 0; !isDown; round += 1) {
      const id = `stop-${client}-${round}`;
      const request = post(`${stopped.url}/v1/batch`, JSON.stringify({ batch: [event(id)] }), basic(PRODUCT_KEY));
      const status = await request.then((answer) => answer.status).catch(() => 0);
      if (status === 200) accepted.push(id);
      else if (status !== 0) refused.push(status);
      isDown ||= status === 0;
    }
  });
  await waitFor('requests to be under way', () => accepted.length > 40);
  await stopped.close();
  await Promise.all(clients);
  expect(refused.filter((status) => status !== 503)).toEqual([]);
  const ids = new Set(idsOf(await readTopic(stack, topic())));
  expect(accepted.filter((id) => !ids.has(id))).toEqual([]);
});
