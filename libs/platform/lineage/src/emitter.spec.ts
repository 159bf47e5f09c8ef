import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createHttpClient, type HttpClient } from '@millrace/platform-http';
import { metricsRegistry } from '@millrace/platform-observability';
import { waitFor } from '@millrace/platform-testing';

import { createEmitter, type Emitter, type EmitterDeps } from './emitter';
import { EVENT_SCHEMA, type RunEvent } from './event';

const eventOf = (name: string): RunEvent => ({
  eventType: 'START',
  eventTime: '2026-01-05T07:00:00.000Z',
  producer: 'urn:millrace:spec:0',
  schemaURL: EVENT_SCHEMA,
  run: { runId: '0f0c9a3e-4d7b-5f5c-9b0a-6d2f1e8c7b3a', facets: {} },
  job: { namespace: 'spec', name, facets: {} },
  inputs: [],
  outputs: [],
});

interface Seen {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly name: string;
}

let server: Server;
let client: HttpClient;
let emitter: Emitter;
let seen: Seen[];
/** Status of each answer; null: none ever comes. */
let answers: (number | null)[];
const said: string[] = [];
const log = {
  warn: (_: object, message: string) => void said.push(message),
  info: (_: object, message: string) => void said.push(message),
};

const dropped = async (reason: string): Promise<number> => {
  const metric = metricsRegistry.getSingleMetric('millrace_lineage_events_dropped_total');
  return (await metric?.get())?.values.find(({ labels }) => labels['reason'] === reason)?.value ?? 0;
};

beforeEach(async () => {
  [seen, answers] = [[], []];
  said.length = 0;
  metricsRegistry.resetMetrics();
  client = createHttpClient();
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const { job } = JSON.parse(body) as RunEvent;
      seen.push({ path: request.url ?? '', authorization: request.headers.authorization, name: job.name });
      const status = answers.length > 0 ? answers.shift() : 201;
      if (status !== null && status !== undefined) response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await emitter.close();
  await client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const start = (more: Partial<EmitterDeps> = {}): Emitter =>
  (emitter = createEmitter({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    client,
    log,
    backoffMs: 1,
    ...more,
  }));
const emit = (...names: string[]): void => names.forEach((name) => emitter.emit(() => Promise.resolve(eventOf(name))));
const until = (names: readonly string[]) =>
  waitFor('the events', () => seen.map(({ name }) => name), { until: (found) => found.join() === names.join() });
const dropsOf = (reason: string, count: number) =>
  waitFor(`events dropped as ${reason}`, () => dropped(reason), { until: (found) => found === count });

it('events arrive in their order, with the key', async () => {
  start({ apiKey: 'k' });
  emit('a', 'b', 'c');
  await until(['a', 'b', 'c']);
  expect(seen[0]).toMatchObject({ path: '/api/v1/lineage', authorization: 'Bearer k' });
});

it('an answer of 500 or 429 is followed by another call, with the same event', async () => {
  answers = [500, 429, 201];
  start();
  emit('a', 'b');
  await until(['a', 'a', 'a', 'b']);
  expect(said).toEqual([]);
});

it('what is refused is not sent again; it is counted, and said once', async () => {
  answers = [400, 422, 201];
  start();
  emit('a', 'b', 'c');
  await until(['a', 'b', 'c']);
  await waitFor('both lines', () => said.length === 2);
  expect(await dropped('refused')).toBe(2);
  expect(said).toEqual([expect.stringContaining('are dropped'), expect.stringContaining('arrive again')]);
});

it('an endpoint that hangs is given up, and asked once an event until it answers', async () => {
  answers = [null, null, null, 201];
  start({ timeoutMs: 30, attempts: 2 });
  emit('a', 'b', 'c');
  await until(['a', 'a', 'b', 'c']);
  await dropsOf('unreachable', 2);
});

it('emitting returns at once, and what does not fit is dropped and counted', async () => {
  answers = [null];
  start({ capacity: 2, closeWithinMs: 10 });
  emit('a');
  await until(['a']);
  emit('b', 'c', 'd', 'e');
  expect(await dropped('queue_full')).toBe(2);
  await emitter.close();
  expect(await dropped('stopped')).toBe(2);
});

it('an event that cannot be made takes no other with it', async () => {
  start();
  emitter.emit(() => Promise.reject(new Error('no columns')));
  emitter.emit(() => Promise.resolve(undefined));
  emit('a');
  await until(['a']);
  await dropsOf('not_made', 1);
});

it('what waits at the end is still sent', async () => {
  start();
  emit('a', 'b');
  await emitter.close();
  expect(seen).toHaveLength(2);
});
