import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MillraceError } from '@millrace/platform-errors';
import { cacheDirectory, ensureArtifacts } from './downloads/cache';
import { KAFKA } from './downloads/kafka-artifact';
import { createMavenRunner } from './downloads/maven';
import { REGISTRY } from './downloads/registry-artifact';
import { findJava } from './java';
import { prepareClickhouse } from './parts/clickhouse';
import { prepareKafka } from './parts/kafka';
import type { Part } from './parts/part';
import { prepareRegistry } from './parts/registry';
import { findFreePorts, HOST, portsFromEnvironment, requireFreePorts, type StackPorts } from './ports';
import { startProcess, type RunningProcess } from './supervisor/start-process';

export type PartName = 'kafka' | 'registry' | 'clickhouse';

export interface StackOptions {
  /** 'default': the addresses in the environment, else 9092, 8081, 8123. 'free': whatever is free. */
  ports?: 'default' | 'free';
  /** Default: a new temporary directory, removed by stop() unless keepData. */
  dataDirectory?: string;
  keepData?: boolean;
  onProgress?: (line: string) => void;
  env?: NodeJS.ProcessEnv;
}

export interface StackEnvironment {
  KAFKA_BROKERS: string;
  SCHEMA_REGISTRY_URL: string;
  CLICKHOUSE_URL: string;
}

export interface Stack {
  kafkaBrokers: string;
  schemaRegistryUrl: string;
  clickhouseUrl: string;
  /** The variables services and clients read. */
  environment: StackEnvironment;
  dataDirectory: string;
  logDirectory: string;
  /** Pid of each part, for memory figures. */
  pids: () => Record<PartName, number>;
  stop: () => Promise<void>;
  /** Stops it if it still runs, then starts it on the same port and data. */
  restart: (part: PartName) => Promise<void>;
  /** SIGKILL. */
  kill: (part: PartName) => Promise<void>;
  pause: (part: PartName) => void;
  resume: (part: PartName) => void;
}

const PART_NAMES: readonly PartName[] = ['kafka', 'registry', 'clickhouse'];

export const addressesOf = (ports: StackPorts): StackEnvironment => ({
  KAFKA_BROKERS: `${HOST}:${ports.kafka}`,
  SCHEMA_REGISTRY_URL: `http://${HOST}:${ports.registry}/apis/ccompat/v7`,
  CLICKHOUSE_URL: `http://${HOST}:${ports.clickhouse}`,
});

const choosePorts = async (
  kind: 'default' | 'free',
  env: NodeJS.ProcessEnv,
): Promise<StackPorts & { controller: number }> => {
  const [kafka = 0, registry = 0, clickhouse = 0, controller = 0] = await findFreePorts(4);
  if (kind === 'free') return { kafka, registry, clickhouse, controller };
  const ports = portsFromEnvironment(env);
  await requireFreePorts(ports);
  return { ...ports, controller };
};

const seconds = (sinceMs: number): string => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;

/** Starts Kafka, the schema registry and ClickHouse as child processes; rejects with nothing left running. */
export const startStack = async (options: StackOptions = {}): Promise<Stack> => {
  const { ports: portKind = 'default', env = process.env, onProgress = () => undefined } = options;
  const begin = performance.now();
  const ports = await choosePorts(portKind, env);
  const java = await findJava(env);
  const [kafkaDirectory = '', registryDirectory = ''] = await ensureArtifacts([KAFKA, REGISTRY], {
    cache: cacheDirectory(env),
    mvn: createMavenRunner(env),
    onProgress,
  });

  const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), 'millrace-stack-'));
  const isTemporary = options.dataDirectory === undefined && !options.keepData;
  const logDirectory = join(dataDirectory, 'logs');
  mkdirSync(logDirectory, { recursive: true });
  const running = new Map<PartName, RunningProcess>();
  const removeData = (): void => {
    if (isTemporary) rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 3 });
  };
  const stopAll = async (): Promise<void> => {
    await Promise.all([...running.values()].map((part) => part.stop()));
    running.clear();
    removeData();
  };

  const prepare: Record<PartName, () => Promise<Part> | Part> = {
    kafka: () =>
      prepareKafka({
        java: java.command,
        artifactDirectory: kafkaDirectory,
        directory: join(dataDirectory, 'kafka'),
        port: ports.kafka,
        controllerPort: ports.controller,
      }),
    registry: () =>
      prepareRegistry({
        java: java.command,
        artifactDirectory: registryDirectory,
        directory: join(dataDirectory, 'registry'),
        port: ports.registry,
      }),
    clickhouse: () => prepareClickhouse({ directory: join(dataDirectory, 'clickhouse'), port: ports.clickhouse, env }),
  };
  const start = async (name: PartName): Promise<void> => {
    const since = performance.now();
    const part = await prepare[name]();
    const process = await startProcess({ ...part, logFile: join(logDirectory, `${name}.log`), readyTimeoutMs: 90_000 });
    running.set(name, process);
    onProgress(`${part.title} is ready on ${HOST}:${ports[name]} after ${seconds(since)}`);
  };

  const starts = await Promise.allSettled(PART_NAMES.map(start));
  const failure = starts.find((result) => result.status === 'rejected');
  if (failure) {
    await stopAll();
    throw failure.reason;
  }
  onProgress(`stack is ready after ${seconds(begin)}`);

  const get = (name: PartName): RunningProcess => {
    const process = running.get(name);
    if (!process) throw new MillraceError(`${name} does not run: the stack was stopped`, { code: 'STACK_UNAVAILABLE' });
    return process;
  };
  const environment = addressesOf(ports);
  return {
    kafkaBrokers: environment.KAFKA_BROKERS,
    schemaRegistryUrl: environment.SCHEMA_REGISTRY_URL,
    clickhouseUrl: environment.CLICKHOUSE_URL,
    environment,
    dataDirectory,
    logDirectory,
    pids: () => ({ kafka: get('kafka').pid, registry: get('registry').pid, clickhouse: get('clickhouse').pid }),
    stop: stopAll,
    restart: async (name) => {
      await get(name).stop();
      await start(name);
    },
    kill: (name) => get(name).kill(),
    pause: (name) => get(name).pause(),
    resume: (name) => get(name).resume(),
  };
};
