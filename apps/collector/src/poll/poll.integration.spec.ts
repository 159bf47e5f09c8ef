import { join } from 'node:path';

import { cursorsTopic, REJECTED_HEADERS, signalTopicName } from '@millrace/contract-signal';
import { createBatchProducer, silentLog } from '@millrace/platform-kafka';
import type { RunningService } from '@millrace/platform-observability';
import { useStack, waitFor } from '@millrace/platform-testing';

import { readCollectorConfig } from '../app.config';
import { deploy } from '../commands/deploy';
import { showSources } from '../commands/sources';
import { createMadeApi, type MadeApi } from '../testing/polling/made-api';
import { madeInstance } from '../testing/polling/made-poll-source';
import { idsOf, readTopic } from '../testing/read-topic';
import { environmentOf } from '../testing/run-collector';
import { startCollector } from '../topology';
import { readCursorRecord } from './cursor-record';
import { readCursors } from './read-cursors';

const stack = useStack();
let api: MadeApi;
let running: RunningService | undefined;

const environment = (): Record<string, string> =>
  environmentOf(stack, { SOURCES_FILES: join(__dirname, '../testing/polling/sources.yaml'), LOG_LEVEL: 'silent' });
const topic = (): string => signalTopicName('made', stack.topicPrefix);

async function start(): Promise<void> {
  running = await startCollector(readCollectorConfig(environment()), {
    ownsProcess: false,
    instances: [madeInstance('made', api.url)],
  });
  await running.started;
}
const stop = async (): Promise<void> => {
  await running?.close();
  running = undefined;
};
const idsFrom = (stream: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)
    .filter((n) => n % 100 !== 99)
    .map((n) => `${stream}-${n}`);
const idsOfStream = async (stream: string): Promise<string[]> =>
  idsOf(await readTopic(stack, topic())).filter((id) => id.startsWith(`${stream}-`));
const haveArrived = (stream: string, count: number): Promise<unknown> =>
  waitFor(`${count} of ${stream}`, async () => new Set(await idsOfStream(stream)).size, {
    until: (seen) => seen === idsFrom(stream, 1, count).length,
    deadlineMs: 60_000,
  });

beforeAll(async () => {
  api = await createMadeApi({ a: 230, b: 120 });
  await deploy(readCollectorConfig(environment()));
});
afterEach(stop);
afterAll(() => api.close());

it('reads every stream to its end, each record once, and puts aside what is not one', async () => {
  await start();
  await haveArrived('a', 230);
  await haveArrived('b', 120);
  expect(await idsOfStream('a')).toEqual(idsFrom('a', 1, 230).sort());
  const rejected = (await readTopic(stack, topic())).filter(({ signal }) => signal === null);
  expect(rejected.map(({ value }) => (JSON.parse(value) as { n: number }).n).sort()).toEqual([199, 99, 99]);
  expect(rejected[0]?.headers[REJECTED_HEADERS.reason]).toBe('invalid_event');
});

it('goes on where it was after a restart, and takes what has come since', async () => {
  api.asked.length = 0;
  api.counts = { a: 260, b: 120 };
  await start();
  await haveArrived('a', 260);
  expect(api.asked.filter((one) => one.startsWith('a'))[0]).toBe('a 230');
  expect(await idsOfStream('a')).toEqual(idsFrom('a', 1, 260).sort());
});

it('one stream that does not answer holds up no other', async () => {
  api.silent.add('a');
  api.counts = { a: 300, b: 170 };
  await start();
  await haveArrived('b', 170);
  expect((await idsOfStream('a')).length).toBe(idsFrom('a', 1, 260).length);
  api.silent.clear();
});

it('goes to a cursor that somebody else has written', async () => {
  await start();
  await haveArrived('a', 300);
  api.asked.length = 0;
  const producer = createBatchProducer({ kafka: stack.kafka, lingerMs: 0 });
  const record = { v: 1, cursor: { after: 0 }, passed_at: null, written_at: 1, replica: 'an operator' };
  await producer.send({
    topic: cursorsTopic(stack.topicPrefix).name,
    key: 'made/b',
    value: Buffer.from(JSON.stringify(record)),
  });
  await producer.close();
  await waitFor('the stream to begin anew', () => api.asked.includes('b 0'), { deadlineMs: 30_000 });
  await waitFor('all of it again', async () => (await idsOfStream('b')).length, {
    until: (seen) => seen === 2 * idsFrom('b', 1, 170).length,
    deadlineMs: 30_000,
  });
});

it('how far each stream has been read can be asked for', async () => {
  await stop();
  const group = `${stack.topicPrefix}reader-of-cursors`;
  const cursors = await readCursors(stack.kafka, cursorsTopic(stack.topicPrefix).name, group, silentLog);
  expect([...cursors].map(([key, { cursor }]) => [key, cursor]).sort()).toEqual([
    ['made/a', { after: 300 }],
    ['made/b', { after: 170 }],
  ]);
  expect(await showSources(readCollectorConfig(environment()))).toEqual([
    expect.objectContaining({ source: 'made', kind: 'direct', topic: topic(), stream: null }),
  ]);
});

it('a cursor that cannot be read begins anew: it repeats and loses nothing', () => {
  expect(readCursorRecord(Buffer.from('{"v":2}'))).toBeUndefined();
  expect(readCursorRecord(Buffer.from('not JSON'))).toBeUndefined();
  expect(readCursorRecord(null)).toBeUndefined();
});
