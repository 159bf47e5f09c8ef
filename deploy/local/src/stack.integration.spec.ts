import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
// eslint-disable-next-line no-restricted-imports -- a second client asks the stack
import { Kafka, logLevel } from 'kafkajs';
import { openDataDirectory } from './data-directory';
import { isAlive } from './is-alive';
import { stackIsUp } from './stack-is-up';
import { startStack, type Stack } from './stack';
import { waitUntil } from './supervisor/wait-until';

const MAIN = join(__dirname, '../dist/main.js');

describe('startStack', () => {
  let stack: Stack;
  const said: string[] = [];

  beforeAll(async () => {
    stack = await startStack({ ports: 'free', onProgress: (line) => said.push(line) });
  });
  afterAll(() => stack.stop());

  const withKafka = async <T>(use: (kafka: Kafka) => Promise<T>): Promise<T> =>
    use(new Kafka({ brokers: [stack.kafkaBrokers], logLevel: logLevel.NOTHING }));
  const topics = (): Promise<string[]> =>
    withKafka(async (kafka) => {
      const admin = kafka.admin();
      await admin.connect();
      try {
        return await admin.listTopics();
      } finally {
        await admin.disconnect();
      }
    });
  const query = async (sql: string): Promise<string> =>
    (await fetch(stack.clickhouseUrl, { method: 'POST', body: sql, signal: AbortSignal.timeout(10_000) })).text();

  it('is up, with its addresses in the environment of services', async () => {
    expect(stack.environment).toEqual({
      KAFKA_BROKERS: stack.kafkaBrokers,
      SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
      CLICKHOUSE_URL: stack.clickhouseUrl,
      CLICKHOUSE_NATIVE_URL: expect.stringMatching(/^clickhouse:\/\/127\.0\.0\.1:\d+$/) as string,
    });
    await expect(stackIsUp({ ...stack.environment })).resolves.toBe(true);
  });

  it('keeps topics, records, schemas and tables through a restart and through a kill', async () => {
    const schema = JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'a', type: 'int' }] });
    const registry = new SchemaRegistry({ host: stack.schemaRegistryUrl });
    const { id } = await registry.register({ type: SchemaType.AVRO, schema }, { subject: 'kept-value' });
    await query('create table kept (a UInt8) engine = MergeTree order by a');
    await query('insert into kept values (7)');
    await withKafka(async (kafka) => {
      const admin = kafka.admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1 }], waitForLeaders: true });
      await admin.disconnect();
      const producer = kafka.producer();
      await producer.connect();
      await producer.send({ topic: 'kept', acks: -1, messages: [{ value: await registry.encode(id, { a: 1 }) }] });
      await producer.disconnect();
    });

    const parts = ['kafka', 'registry', 'clickhouse'] as const;
    await Promise.all(parts.map((part) => stack.restart(part)));
    await Promise.all(parts.map((part) => stack.kill(part)));
    await Promise.all(parts.map((part) => stack.restart(part)));

    expect(await query('select a from kept')).toBe('7\n');
    expect(await topics()).toContain('kept');
    const fresh = new SchemaRegistry({ host: stack.schemaRegistryUrl });
    await withKafka(async (kafka) => {
      const consumer = kafka.consumer({ groupId: 'kept' });
      await consumer.connect();
      await consumer.subscribe({ topic: 'kept', fromBeginning: true });
      const value = await new Promise<unknown>((resolve, reject) => {
        const eachMessage = async ({ message }: { message: { value: Buffer | null } }): Promise<void> => {
          if (message.value) resolve(await fresh.decode(message.value));
        };
        consumer.run({ eachMessage }).catch(reject);
      });
      await consumer.disconnect();
      expect(value).toMatchObject({ a: 1 });
    });
    expect(said.filter((line) => line.includes('started again'))).toEqual([]);
  });

  it('a paused part answers nothing until it is resumed', async () => {
    const isUp = (): Promise<boolean> => stackIsUp({ ...stack.environment });
    stack.pause('clickhouse');
    // Not every thread of a busy machine is stopped at once.
    expect(await waitUntil(async () => !(await isUp()), { timeoutMs: 20_000 })).toBe(true);
    stack.resume('clickhouse');
    expect(await waitUntil(isUp, { timeoutMs: 20_000 })).toBe(true);
  });

  it.each(['kafka', 'registry', 'clickhouse'] as const)(
    'starts %s again on its data when it is killed',
    async (part) => {
      await query('create table if not exists again (a UInt8) engine = MergeTree order by a');
      const before = stack.pids()[part];
      said.length = 0;
      process.kill(before, 'SIGKILL');
      const isBack = async (): Promise<boolean> =>
        said.some((line) => line.includes('is ready on')) && (await stackIsUp({ ...stack.environment }));
      expect(await waitUntil(isBack, { timeoutMs: 60_000 })).toBe(true);
      expect(stack.pids()[part]).not.toBe(before);
      expect(said[0]).toMatch(
        /^(Kafka|Schema registry|ClickHouse) was killed \(SIGKILL.*started again in 1 s, data stay$/,
      );
      expect(said).toContainEqual(expect.stringContaining(`${part}.log`));
      expect(await query('select count() from again')).toBe('0\n');
    },
  );

  it('leaves neither processes nor data', async () => {
    const pids = Object.values(stack.pids());
    await stack.stop();
    expect([pids.filter(isAlive), existsSync(stack.dataDirectory)]).toEqual([[], false]);
  });
});

describe('local-stack', () => {
  it('exec gives a command its own stack and ends with its exit code', () => {
    const script = 'curl -sf "$CLICKHOUSE_URL/ping" && exit 7';
    const run = (): string =>
      execFileSync(process.execPath, [MAIN, 'exec', '--', 'sh', '-c', script], { stdio: 'pipe', encoding: 'utf8' });
    expect(run).toThrow(expect.objectContaining({ status: 7, stdout: 'Ok.\n' }) as Error);
  });

  it('killed with -9 it leaves no process, and the next stack removes its data', async () => {
    const parent = spawn(process.execPath, [MAIN, 'stack', '--free-ports', '--json'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const started = JSON.parse(line.toString()) as { pids: Record<string, number>; dataDirectory: string };
    parent.kill('SIGKILL');
    const pids = Object.values(started.pids);
    expect(await waitUntil(() => !pids.some(isAlive), { timeoutMs: 30_000 })).toBe(true);
    (await openDataDirectory({ onProgress: () => undefined })).release();
    expect(existsSync(started.dataDirectory)).toBe(false);
  });
});
