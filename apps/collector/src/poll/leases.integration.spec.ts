import { connect } from 'node:net';

import { cursorsTopic } from '@millrace/contract-signal';
import { kafkaConnectionOf } from '@millrace/platform-config';
import {
  createBatchProducer,
  createKafka,
  partitionOfKey,
  privateGroup,
  silentLog,
  type KafkaClient,
  type KafkaOptions,
} from '@millrace/platform-kafka';
import { tcpProxy, useStack, waitFor } from '@millrace/platform-testing';

import { readCollectorConfig } from '../app.config';
import { deploy } from '../commands/deploy';
import { environmentOf } from '../testing/run-collector';
import { cursorKey, writeCursorRecord, type CursorRecord, type StreamName } from './cursor-record';
import { Leases } from './leases';
import { readCursors } from './read-cursors';

const stack = useStack();
const STREAMS = Array.from({ length: 12 }, (_, index) => ({ instance: 'made', stream: `s${index}` }));
const KEYS = STREAMS.map(cursorKey).sort();

interface Begun {
  readonly key: string;
  readonly from: CursorRecord | undefined;
}

/** A replica whose streams do nothing until they are told to end. */
interface Replica {
  readonly leases: Leases;
  readonly running: ReadonlySet<string>;
  readonly begun: Begun[];
  /** Streams that were told to end and wait for `letEnd`. */
  readonly ending: ReadonlySet<string>;
}

let groups = 0;
let groupId = '';
const replicas: Replica[] = [];

const kafkaFor = (more: Pick<KafkaOptions, 'socketFactory'> = {}): KafkaClient =>
  createKafka({ ...kafkaConnectionOf(readCollectorConfig(environmentOf(stack))), clientId: 'spec', ...more });

function startReplica(name: string, kafka = kafkaFor(), letEnd: Promise<void> = Promise.resolve()): Replica {
  const running = new Set<string>();
  const ending = new Set<string>();
  const begun: Begun[] = [];
  const run = async (stream: StreamName, from: CursorRecord | undefined, signal: AbortSignal): Promise<void> => {
    const key = cursorKey(stream);
    begun.push({ key, from });
    running.add(key);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    ending.add(key);
    await letEnd;
    ending.delete(key);
    running.delete(key);
  };
  const { name: topic, partitions } = cursorsTopic(stack.topicPrefix);
  const sessionTimeoutMs = 6_000;
  const deps = { kafka, topic, partitions, groupId, streams: STREAMS, replica: name, run, sessionTimeoutMs };
  const replica = { leases: new Leases({ ...deps, log: silentLog }), running, begun, ending };
  void replica.leases.start();
  replicas.push(replica);
  return replica;
}
const runningAt = (...of: readonly Replica[]): string[] => of.flatMap(({ running }) => [...running]).sort();
const haveEachOnce = (...of: readonly Replica[]): Promise<unknown> =>
  waitFor('every stream to run once', () => of.map(({ running }) => [...running].sort()), {
    until: (lists) =>
      JSON.stringify(lists.flat().sort()) === JSON.stringify(KEYS) && lists.every((one) => one.length > 0),
    deadlineMs: 60_000,
  });
/** As a command does. */
async function setCursors(streams: readonly StreamName[], after: number): Promise<void> {
  const { name: topic } = cursorsTopic(stack.topicPrefix);
  const value = writeCursorRecord({
    v: 1,
    cursor: { after },
    passed_at: null,
    written_at: 1,
    records: 0,
    replica: 'command',
  });
  const producer = createBatchProducer({ kafka: kafkaFor(), lingerMs: 0 });
  await producer.sendMany(streams.map((name) => ({ topic, key: cursorKey(name), value })));
  await producer.close();
}
const only = (stream: string): StreamName[] => [{ instance: 'made', stream }];

beforeAll(async () => void (await deploy(readCollectorConfig(environmentOf(stack)))), 60_000);
beforeEach(() => (groupId = `${stack.topicPrefix}leases-${(groups += 1)}`));
afterEach(() => Promise.all(replicas.splice(0).map(({ leases }) => leases.stop())));

it('each stream runs at one of two replicas, and goes on at the other from its newest cursor when one stops', async () => {
  const a = startReplica('a');
  await haveEachOnce(a);
  const b = startReplica('b');
  await haveEachOnce(a, b);
  await setCursors(STREAMS, 1);
  await setCursors(STREAMS, 2);
  const ofA = [...a.running];
  await a.leases.stop();
  expect(runningAt(a)).toEqual([]);
  await haveEachOnce(b);
  const last = new Map(b.begun.map(({ key, from }) => [key, from?.cursor]));
  for (const key of ofA) expect(last.get(key)).toEqual({ after: 2 });
});

it('a stream begins from its cursor only after the partition has been read to its end', async () => {
  await setCursors(STREAMS, 3);
  const a = startReplica('a');
  await haveEachOnce(a);
  expect(a.begun).toHaveLength(KEYS.length);
  expect(a.begun.every(({ from }) => from?.cursor['after'] === 3)).toBe(true);
});

it('streams of a replica that Kafka does not hear of go on at the other, and are shared again when it is back', async () => {
  const proxy = await tcpProxy(stack.kafkaBrokers[0] ?? '');
  try {
    const socketFactory: KafkaOptions['socketFactory'] = ({ onConnect }) => connect(proxy.port, '127.0.0.1', onConnect);
    const away = startReplica('away', kafkaFor({ socketFactory }));
    const other = startReplica('other');
    await haveEachOnce(away, other);
    proxy.cut();
    await haveEachOnce(other);
    proxy.restore();
    await haveEachOnce(away, other);
  } finally {
    proxy.restore();
    await Promise.all(replicas.splice(0).map(({ leases }) => leases.stop()));
    await proxy.close();
  }
});

it('a page that is under way at a rebalance ends before its replica begins anything again', async () => {
  let letEnd = (): void => undefined;
  const a = startReplica('a', kafkaFor(), new Promise((resolve) => (letEnd = resolve)));
  await haveEachOnce(a);
  const begun = a.begun.length;
  const b = startReplica('b');
  await waitFor('the streams to be told to end', () => a.ending.size, { until: (count) => count === KEYS.length });
  expect(a.begun).toHaveLength(begun);
  letEnd();
  await haveEachOnce(a, b);
});

it('a cursor that a command writes moves the stream that runs, and no other', async () => {
  const a = startReplica('a');
  await haveEachOnce(a);
  a.begun.length = 0;
  await setCursors(only('s7'), 99);
  await waitFor('the stream to begin again', () => a.begun.length);
  expect(a.begun).toMatchObject([{ key: 'made/s7', from: { cursor: { after: 99 }, passed_at: null } }]);
  const { name: topic } = cursorsTopic(stack.topicPrefix);
  const reader = privateGroup(`${stack.topicPrefix}spec`, 'cursors');
  const cursors = await readCursors(kafkaFor(), topic, reader, silentLog);
  expect(cursors.get('made/s7')?.cursor).toEqual({ after: 99 });
});

it('a cursor lies where its stream is looked for, and only the newest of a key is kept', async () => {
  const { name: topic, partitions } = cursorsTopic(stack.topicPrefix);
  const admin = stack.kafka.admin();
  await admin.connect();
  try {
    const ends = async (): Promise<Map<number, string>> =>
      new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, high]));
    const before = await ends();
    expect(before.size).toBe(partitions);
    await setCursors(only('s4'), 1);
    const moved = [...(await ends())].filter(([partition, high]) => before.get(partition) !== high);
    expect(moved.map(([partition]) => partition)).toEqual([partitionOfKey('made/s4', partitions)]);
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: topic, configNames: ['cleanup.policy'] }],
    });
    expect(resources[0]?.configEntries[0]?.configValue).toBe('compact');
  } finally {
    await admin.disconnect();
  }
});
