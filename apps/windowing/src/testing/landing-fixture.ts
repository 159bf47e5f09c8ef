import { SIGNAL_SCHEMA, signalTopic, signalType, valueSubject, type Signal } from '@millrace/contract-signal';
import { createClickHouse, runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { clickhouseConnectionOf } from '@millrace/platform-config';
import {
  createKafka,
  ensureTopics,
  frame,
  SchemaRegistryCodec,
  type KafkaClient,
  type KafkaLog,
} from '@millrace/platform-kafka';
import type { Stack } from '@millrace/platform-testing';
import type { Schema } from 'avsc';
// eslint-disable-next-line no-restricted-imports -- a second client writes
import type { Message, Producer } from 'kafkajs';

import { readWindowingConfig, type WindowingConfig } from '../app.config';
import { MIGRATIONS } from '../deployment';
import { createLanding, type Landing } from '../landing/create-landing';

/** Landing against the real stack, with what specs need around it. */
export interface LandingFixture {
  readonly kafka: KafkaClient;
  readonly clickhouse: ClickHouse;
  readonly registry: SchemaRegistryCodec;
  readonly config: WindowingConfig;
  /** Messages logged, newest last, for specs about what an operator reads. */
  readonly logged: string[];
  start(overrides?: Readonly<Record<string, string>>): Promise<Landing>;
  createTopic(source: string, partitions?: number): Promise<string>;
  registerSchema(topic: string, schema?: Schema): Promise<number>;
  send(topic: string, messages: Message[], producer?: Producer): Promise<void>;
  count(table: string, where?: string): Promise<number>;
  position(topic: string, partition?: number): Promise<number>;
  close(): Promise<void>;
}

export async function openLandingFixture(stack: Stack): Promise<LandingFixture> {
  const environment = {
    ...stack.environment,
    LANDING_FLUSH_MS: '50',
    TOPIC_DISCOVERY_SECONDS: '0.3',
    KAFKA_SESSION_TIMEOUT_SECONDS: '10',
    KAFKA_REBALANCE_TIMEOUT_SECONDS: '10',
    LANDING_INSERT_TIMEOUT_SECONDS: '5',
  };
  const config = readWindowingConfig(environment);
  const clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await runMigrations({ clickhouse, service: 'windowing', directory: MIGRATIONS });
  const logged: string[] = [];
  const say = (_fields: object, message: string): void => void logged.push(message);
  const log: KafkaLog = { debug: () => undefined, info: () => undefined, warn: say, error: say };
  const kafka = createKafka({ brokers: stack.kafkaBrokers, clientId: 'landing-spec', logger: log });
  const registry = new SchemaRegistryCodec({ url: stack.schemaRegistryUrl });
  const running = new Set<Landing>();
  const connections: ClickHouse[] = [clickhouse];
  const plain = kafka.producer();
  await plain.connect();

  return {
    kafka,
    clickhouse,
    registry,
    config,
    logged,
    start: async (overrides = {}) => {
      const config = readWindowingConfig({ ...environment, ...overrides });
      // Its own connections: a spec may put a proxy in between.
      const own = createClickHouse(clickhouseConnectionOf(config));
      connections.push(own);
      const landing = createLanding(config, {
        kafka,
        clickhouse: own,
        registry: new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL, timeoutMs: 1_000 }),
        log,
      });
      running.add(landing);
      await landing.consumer.start();
      return landing;
    },
    createTopic: async (source, partitions = 1) => {
      const spec = signalTopic(source, { prefix: stack.topicPrefix, partitions });
      await ensureTopics(kafka, [{ ...spec, replicationFactor: 1 }]);
      return spec.name;
    },
    registerSchema: (topic, schema = SIGNAL_SCHEMA) =>
      registry.registerSchema(valueSubject(topic), schema, { compatibility: 'NONE' }),
    send: async (topic, messages, producer = plain) => {
      await producer.send({ topic, messages });
    },
    count: async (table, where = '1') => {
      const row = await clickhouse.queryOne<{ rows: number }>(`select count() as rows from ${table} where ${where}`);
      return row?.rows ?? 0;
    },
    position: async (topic, partition = 0) => {
      const row = await clickhouse.queryOne<{ position: number }>(
        'select max(position) as position from landed_positions where topic = {topic: String} and partition = {partition: UInt32}',
        { topic, partition },
      );
      return row?.position ?? 0;
    },
    close: async () => {
      await Promise.all([...running].map((landing) => landing.stop()));
      await plain.disconnect();
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
}

export const framedSignal = (schemaId: number, signal: Signal): Buffer => frame(schemaId, signalType.toBuffer(signal));
