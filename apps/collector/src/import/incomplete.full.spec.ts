import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { signalTopicName } from '@millrace/contract-signal';
import { logEnds } from '@millrace/platform-kafka';
import { tcpProxy, useStack, waitFor } from '@millrace/platform-testing';

import { readCollectorConfig } from '../app.config';
import { deploy } from '../commands/deploy';
import { closeConnections, createConnections } from '../connections/connections';
import { loadInstances } from '../instances/load-instances';
import { idsOf, readTopic } from '../testing/read-topic';
import { environmentOf } from '../testing/run-collector';
import { importFile, type FileInstance } from './import-file';
import { importOnce, type ImportedOnce } from './import-once';
import { hashing } from './imported-files';
import { openFile } from './open-file';

const stack = useStack();
const SOURCES = join(__dirname, '../testing/file-sources.yaml');
const CLI = join(__dirname, '../../dist/cli.js');
const ROWS = 8_000;
const environment = (more: Record<string, string> = {}): Record<string, string> =>
  environmentOf(stack, { SOURCES_FILES: SOURCES, ...more });
const topic = (): string => signalTopicName('intent', stack.topicPrefix);
const recordsInTopic = async (): Promise<number> =>
  [...(await logEnds(stack.kafka, topic())).values()].reduce((sum, end) => sum + Number(end), 0);
const idsInTopic = async (): Promise<Set<string>> => new Set(idsOf(await readTopic(stack, topic())));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incomplete-'));
  await deploy(readCollectorConfig(environment()));
});
afterAll(() => rm(folder, { recursive: true }));

/** Rows that no other file has. */
async function writeIntent(name: string): Promise<string> {
  const file = join(folder, `${name}.csv`);
  const rows = Array.from({ length: ROWS }, (_, n) => `acme.com,${name} ${n},72,2026-03-01`);
  await writeFile(file, ['domain,topic,score,date', ...rows, ''].join('\n'));
  return file;
}

interface Ended {
  readonly code: number | null;
  readonly summary: Readonly<Record<string, unknown>> | null;
}

/** The real command in a process of its own. `whileItRuns` may send it a signal. */
async function runCommand(
  file: string,
  more: Record<string, string> = {},
  whileItRuns: (kill: (signal: NodeJS.Signals) => void) => Promise<void> = () => Promise.resolve(),
): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, 'import', 'intent', file, '--json'], {
    env: { ...process.env, ...environment(more) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  try {
    await whileItRuns((signal) => child.kill(signal));
    const [code] = await closed;
    return { code, summary: output === '' ? null : (JSON.parse(output) as Record<string, unknown>) };
  } finally {
    child.kill('SIGKILL');
  }
}

it.each([
  ['SIGINT', { code: 1, summary: { complete: false, error: { reason: 'stopped' }, imported_before: null } }],
  ['SIGTERM', { code: 1, summary: { complete: false, error: { reason: 'stopped' }, imported_before: null } }],
  ['SIGKILL', { code: null, summary: null }],
] as const)(
  'after %s a file is not taken for imported: again brings the rest, and then nothing',
  async (signal, end) => {
    const file = await writeIntent(signal);
    const before = await recordsInTopic();
    const known = await idsInTopic();
    // Batches that wait for company: the signal comes while there is more to bring.
    const stopped = await runCommand(file, { COLLECTOR_LINGER_MS: '500' }, async (kill) => {
      await waitFor('its first rows to be in the topic', async () => (await recordsInTopic()) > before);
      kill(signal);
    });
    expect(stopped).toMatchObject(end);
    const partly = (await idsInTopic()).size - known.size;
    expect(partly).toBeGreaterThan(0);
    expect(partly).toBeLessThan(ROWS);

    const rest = await runCommand(file);
    expect(rest).toMatchObject({ code: 0, summary: { complete: true, accepted: ROWS, imported_before: null } });
    expect((await idsInTopic()).size - known.size).toBe(ROWS);

    const held = await recordsInTopic();
    const third = await runCommand(file);
    expect(third).toMatchObject({ code: 0, summary: { read: 0, imported_before: expect.any(String) } });
    expect(await recordsInTopic()).toBe(held);
  },
);

it('with Kafka gone half-way a file is not taken for imported: again brings the rest, and then nothing', async () => {
  const file = await writeIntent('outage');
  const known = await idsInTopic();
  const [instance] = loadInstances([SOURCES]).filter(({ name }) => name === 'intent') as [FileInstance];
  const proxy = await tcpProxy(stack.kafkaBrokers[0] ?? '');
  const bring = async (timeoutSeconds: string, onProgress: () => void): Promise<ImportedOnce> => {
    const config = readCollectorConfig(environment({ COLLECTOR_PRODUCE_TIMEOUT_SECONDS: timeoutSeconds }));
    const connections = createConnections(config, ({ onConnect }) => connect(proxy.port, '127.0.0.1', onConnect));
    const said = { format: 'csv', columns: {}, instance: null } as const;
    return importOnce(connections, { instance, file, said }, false, async (target, hash) => {
      const { bytes, time } = await openFile(file);
      const options = { rejectedPath: join(folder, 'rejected.csv'), maxEventBytes: 10_000, now: 0, onProgress };
      const stop = new AbortController().signal;
      const facts = { ...said, time };
      return importFile({ instance, bytes: hashing(bytes, hash), facts, stop, ...options }, target);
    }).finally(() => closeConnections(connections));
  };
  try {
    let batches = 0;
    const cut = await bring('4', () => {
      batches += 1;
      if (batches === 3) proxy.cut();
    });
    expect(cut).toMatchObject({
      before: null,
      summary: { complete: false, error: { reason: 'KAFKA_UNAVAILABLE' } },
    });
    proxy.restore();
    const partly = (await idsInTopic()).size - known.size;
    expect(partly).toBeGreaterThanOrEqual(cut.summary.accepted);
    expect(partly).toBeLessThan(ROWS);

    const rest = await bring('30', () => undefined);
    expect(rest).toMatchObject({ before: null, summary: { complete: true, accepted: ROWS } });
    expect((await idsInTopic()).size - known.size).toBe(ROWS);

    const third = await bring('30', () => undefined);
    expect(third).toMatchObject({ before: expect.any(Number), summary: { complete: true, read: 0 } });
  } finally {
    await proxy.close();
  }
});
