import { join } from 'node:path';

import { signalTopicName } from '@millrace/contract-signal';
import { spawnProgram, useStack, waitFor, type SpawnedService } from '@millrace/platform-testing';

import { readCollectorConfig } from '../app.config';
import { deploy } from '../commands/deploy';
import { createMadeApi, type MadeApi } from '../testing/polling/made-api';
import { idsOf, readTopic } from '../testing/read-topic';
import { environmentOf } from '../testing/run-collector';

const stack = useStack();
const PROGRAM = join(__dirname, '../../dist/testing/polling/main.js');
const COUNT = 1_200;
let api: MadeApi;
const running: SpawnedService[] = [];

/** The port is chosen by who spawns. */
const environment = (): Record<string, string> => {
  const { COLLECTOR_PORT: _any, ...rest } = environmentOf(stack, {
    SOURCES_FILES: join(__dirname, '../testing/polling/sources.yaml'),
    MADE_API_URL: api.url,
  });
  return rest;
};
const start = async (more: Record<string, string> = {}, waitsForReady = true): Promise<SpawnedService> => {
  const service = await spawnProgram('collector', PROGRAM, { ...environment(), ...more }, { waitsForReady });
  running.push(service);
  return service;
};
const arrived = async (): Promise<string[]> =>
  idsOf(await readTopic(stack, signalTopicName('made', stack.topicPrefix)));
const distinct = async (): Promise<number> => new Set(await arrived()).size;
/** Numbers that end with 99 are put aside. */
const signalsOf = (count: number): number => count - Math.floor((count + 1) / 100);

beforeAll(async () => {
  api = await createMadeApi({ a: COUNT, b: COUNT });
  await deploy(readCollectorConfig(environment()));
});
afterAll(async () => {
  for (const service of running) await service.stop();
  await api.close();
});

it.each([1, 4, 9])(
  'killed between its records and its cursor, at the %s. cursor of a process: the next one repeats a page at most and loses none',
  async (crashAt) => {
    const killed = await start({ CRASH_AT_CURSOR: String(crashAt) }, false);
    await waitFor('the process to die', () => !killed.isRunning, { deadlineMs: 90_000 });
    expect(await distinct()).toBeGreaterThan(0);
  },
);

it('everything has arrived once those that were killed are followed by one that lives', async () => {
  await start();
  await waitFor('all of it', distinct, { until: (seen) => seen === 2 * signalsOf(COUNT), deadlineMs: 120_000 });
  // Three kills, two streams, a page of 50 each at most.
  expect((await arrived()).length).toBeLessThanOrEqual(2 * signalsOf(COUNT) + 3 * 2 * 50);
});

it('another replica goes on with the streams of one that is killed', async () => {
  const other = await start();
  await running.find((service) => service !== other && service.isRunning)?.kill();
  api.counts = { a: COUNT + 300, b: COUNT + 300 };
  await waitFor('all of it', distinct, { until: (seen) => seen === 2 * signalsOf(COUNT + 300), deadlineMs: 180_000 });
});
