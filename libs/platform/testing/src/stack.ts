import { randomBytes } from 'node:crypto';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { ConfigError } from '@millrace/platform-errors';
// eslint-disable-next-line no-restricted-imports -- the client that specs get
import { Kafka, logLevel } from 'kafkajs';
import { stackAddresses } from './stack-addresses';

/** A corner of the real stack that belongs to one spec file: its own topic prefix and database. */
export interface Stack {
  readonly kafkaBrokers: readonly string[];
  readonly schemaRegistryUrl: string;
  readonly clickhouseUrl: string;
  /** Short, random, ends with a dot. */
  readonly topicPrefix: string;
  readonly database: string;
  /** For child processes and `parseEnvironment`: addresses, prefix and database. */
  readonly environment: Readonly<Record<string, string>>;
  /** The official clients; the wrappers of platform-clickhouse and platform-kafka take the addresses above. */
  readonly clickhouse: ClickHouseClient;
  readonly kafka: Kafka;
  /** Drops the database, the topics, the consumer groups and the subjects with the prefix. Repeating it is harmless. */
  cleanup(): Promise<void>;
}

const ANSWER_TIMEOUT_MS = 5_000;
/** Failures are raised; the client need not print them as well. */
const QUIET = { level: ClickHouseLogLevel.OFF };

/** At the top of an integration spec: `const stack = useStack();`. Registers the hooks that create and drop. */
export function useStack(): Stack {
  const stack = describeStack();
  beforeAll(() => prepare(stack));
  afterAll(() => stack.cleanup());
  return stack;
}

/** The same outside of Jest's hooks; call `cleanup()` yourself. */
export async function openStack(): Promise<Stack> {
  const stack = describeStack();
  await prepare(stack);
  return stack;
}

function describeStack(): Stack {
  const { kafkaBrokers, schemaRegistryUrl, clickhouseUrl } = stackAddresses();
  const id = randomBytes(4).toString('hex');
  const topicPrefix = `t${id}.`;
  const database = `test_${id}`;
  const clickhouse = createClient({ url: clickhouseUrl, database, request_timeout: 60_000, log: QUIET });
  const kafka = new Kafka({
    clientId: `spec-${id}`,
    brokers: [...kafkaBrokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: ANSWER_TIMEOUT_MS,
    retry: { retries: 3, initialRetryTime: 100 },
  });
  let isClean = false;
  return {
    kafkaBrokers,
    schemaRegistryUrl,
    clickhouseUrl,
    topicPrefix,
    database,
    environment: {
      KAFKA_BROKERS: kafkaBrokers.join(','),
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      CLICKHOUSE_URL: clickhouseUrl,
      CLICKHOUSE_DATABASE: database,
      TOPIC_PREFIX: topicPrefix,
    },
    clickhouse,
    kafka,
    cleanup: async () => {
      if (isClean) return;
      isClean = true;
      await Promise.allSettled([
        dropDatabase(clickhouseUrl, database),
        dropTopics(kafka, topicPrefix),
        dropSubjects(schemaRegistryUrl, topicPrefix),
      ]);
      await clickhouse.close();
    },
  };
}

async function prepare(stack: Stack): Promise<void> {
  const results = await Promise.allSettled([
    named(`Kafka at ${stack.kafkaBrokers.join(',')}`, () => pingKafka(stack.kafka)),
    named(`the schema registry at ${stack.schemaRegistryUrl}`, () => pingRegistry(stack.schemaRegistryUrl)),
    named(`ClickHouse at ${stack.clickhouseUrl}`, () => createDatabase(stack.clickhouseUrl, stack.database)),
  ]);
  const silent = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason.message)] : []));
  if (silent.length === 0) return;
  throw new ConfigError(`The real stack does not answer: ${silent.join('; ')}`, {
    code: 'STACK_UNAVAILABLE',
    actor: 'developer',
    advice: 'Start it with npm run stack, or run npm test which starts one',
  });
}

async function named(what: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    throw new Error(`${what} (${reason})`, { cause: error });
  }
}

async function pingKafka(kafka: Kafka): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.disconnect();
}

async function pingRegistry(url: string): Promise<void> {
  const response = await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
}

async function createDatabase(url: string, database: string): Promise<void> {
  await withDefaultDatabase(url, `create database if not exists ${database}`);
}

async function dropDatabase(url: string, database: string): Promise<void> {
  await withDefaultDatabase(url, `drop database if exists ${database}`);
}

/** A request for a database that does not exist yet fails, so these statements go through `default`. */
async function withDefaultDatabase(url: string, query: string): Promise<void> {
  const client = createClient({ url, request_timeout: 30_000, log: QUIET });
  try {
    await client.command({ query });
  } finally {
    await client.close();
  }
}

async function dropTopics(kafka: Kafka, prefix: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
    const { groups } = await admin.listGroups();
    const ours = groups.map((group) => group.groupId).filter((group) => group.startsWith(prefix));
    if (ours.length > 0) await admin.deleteGroups(ours);
  } finally {
    await admin.disconnect();
  }
}

async function dropSubjects(url: string, prefix: string): Promise<void> {
  const response = await fetch(`${url}/subjects`);
  const subjects = (await response.json()) as string[];
  const ours = subjects.filter((subject) => subject.startsWith(prefix));
  await Promise.all(
    ours.map((subject) => fetch(`${url}/subjects/${encodeURIComponent(subject)}`, { method: 'DELETE' })),
  );
}
