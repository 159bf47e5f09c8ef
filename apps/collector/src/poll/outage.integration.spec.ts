import { connect } from 'node:net';
import { join } from 'node:path';

import { signalTopicName } from '@millrace/contract-signal';
import type { RunningService } from '@millrace/platform-observability';
import { tcpProxy, useStack, waitFor, type TcpProxy } from '@millrace/platform-testing';

import { readCollectorConfig } from '../app.config';
import { deploy } from '../commands/deploy';
import { createMadeApi, type MadeApi } from '../testing/polling/made-api';
import { madeInstance } from '../testing/polling/made-poll-source';
import { idsOf, readTopic } from '../testing/read-topic';
import { environmentOf } from '../testing/run-collector';
import { startCollector } from '../topology';

const stack = useStack();
let api: MadeApi;
let proxy: TcpProxy;
let collector: RunningService | undefined;

beforeAll(async () => {
  api = await createMadeApi({ a: 98, b: 98 });
  proxy = await tcpProxy(stack.kafkaBrokers[0] ?? '');
  const environment = environmentOf(stack, {
    SOURCES_FILES: join(__dirname, '../testing/polling/sources.yaml'),
    COLLECTOR_PRODUCE_TIMEOUT_SECONDS: '1',
    LOG_LEVEL: 'silent',
  });
  await deploy(readCollectorConfig(environment));
  collector = await startCollector(readCollectorConfig(environment), {
    ownsProcess: false,
    instances: [madeInstance('made', api.url)],
    socketFactory: ({ onConnect }) => connect(proxy.port, '127.0.0.1', onConnect),
  });
  await collector.started;
});
afterAll(async () => {
  proxy.restore();
  await collector?.close();
  await proxy.close();
  await api.close();
});

const ids = async (): Promise<string[]> => [
  ...new Set(idsOf(await readTopic(stack, signalTopicName('made', stack.topicPrefix)))),
];
/** Of both streams; numbers that end with 99 are put aside. */
const idsUpTo = (count: number): string[] =>
  ['a', 'b']
    .flatMap((stream) => Array.from({ length: count }, (_, index) => `${stream}-${index + 1}`))
    .filter((id) => !id.endsWith('99'))
    .sort();
const haveArrived = (count: number): Promise<unknown> =>
  waitFor(`${count} of each stream`, ids, {
    until: (seen) => JSON.stringify(seen) === JSON.stringify(idsUpTo(count)),
    deadlineMs: 90_000,
  });

it.each<[string, number, () => void]>([
  ['cut off', 198, () => proxy.cut()],
  ['that never answers', 298, () => proxy.dropReplies()],
])('everything arrives after a time with Kafka %s', async (_how, count, fault) => {
  await haveArrived(count - 100);
  fault();
  const before = api.asked.length;
  api.counts = { a: count, b: count };
  // A page is read and cannot be appended, or cannot be written down: it is read again.
  await waitFor('pages to be asked for in vain', () => api.asked.length - before >= 4, { deadlineMs: 60_000 });
  proxy.restore();
  await haveArrived(count);
});

it('is ready though what it polls does not answer', async () => {
  api.silent.add('a').add('b');
  const before = api.asked.length;
  await waitFor('it to be asked', () => api.asked.length > before);
  await waitFor('readiness', async () => (await fetch(`${collector?.url ?? ''}/health/ready`)).ok);
  api.silent.clear();
});
