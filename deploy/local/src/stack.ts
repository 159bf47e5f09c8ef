import { join, resolve } from 'node:path';
import { MillraceError } from '@millrace/platform-errors';
import { LOGS, openDataDirectory } from './data-directory';
import { cacheDirectory, ensureArtifacts } from './downloads/cache';
import { createClients } from './downloads/clients';
import { engineArtifact, enginePackageOf, findEngine, requireEngine, thisPlatform } from './downloads/engine-artifact';
import { KAFKA } from './downloads/kafka-artifact';
import { REGISTRY } from './downloads/registry-artifact';
import { findJava } from './java';
import { prepareClickhouse } from './parts/clickhouse';
import { prepareKafka } from './parts/kafka';
import type { Part } from './parts/part';
import { prepareRegistry } from './parts/registry';
import { addressesOf, choosePorts, HOST, type StackEnvironment } from './ports';
import { keepRunning, type KeptProcess } from './supervisor/keep-running';
import { startProcess, type RunningProcess } from './supervisor/start-process';

export type PartName = 'kafka' | 'registry' | 'clickhouse';

export interface StackOptions {
  /** 'default': the addresses in the environment, else 9092, 8081, 8123. 'free': whatever is free. */
  ports?: 'default' | 'free';
  /** Kept when the stack stops. Default: a new temporary directory, removed by stop(). */
  dataDirectory?: string;
  /** Keeps the temporary directory too. */
  keepData?: boolean;
  /** One line for each step, downloads with their sizes before they begin; later, of parts that died and are started again. */
  onProgress?: (line: string) => void;
  /** Gives a start up that is under way. */
  abort?: AbortSignal;
  env?: NodeJS.ProcessEnv;
}

export interface Stack {
  kafkaBrokers: string;
  schemaRegistryUrl: string;
  clickhouseUrl: string;
  /** The variables services and clients read. */
  environment: StackEnvironment;
  dataDirectory: string;
  /** Its data are removed by stop(). */
  isTemporary: boolean;
  logDirectory: string;
  pids: () => Record<PartName, number>;
  /** Ends every part and removes temporary data; after a failure the logs may be worth keeping (a week). */
  stop: (keep?: { logs: boolean }) => Promise<void>;
  /** Stops it if it runs, then starts it on the same port and data. */
  restart: (part: PartName) => Promise<void>;
  /** SIGKILL; it stays down until `restart`, where a part that dies by itself is started again. */
  kill: (part: PartName) => Promise<void>;
  /** SIGSTOP: connections stay open, nothing answers. */
  pause: (part: PartName) => void;
  resume: (part: PartName) => void;
}

const PART_NAMES: readonly PartName[] = ['kafka', 'registry', 'clickhouse'];
const READY_TIMEOUT_MS = 90_000;

const secondsSince = (startMs: number): string => `${((performance.now() - startMs) / 1000).toFixed(1)} s`;

/** Everything that can refuse a start, before the first process: ports, Java, downloads, the compiled server. */
const prepareParts = async (
  options: StackOptions,
  dataDirectory: string,
  onProgress: (line: string) => void,
): Promise<{ parts: Record<PartName, Part>; environment: StackEnvironment }> => {
  const { env = process.env, abort } = options;
  const ports = await choosePorts(options.ports ?? 'default', env);
  const java = await findJava(env);
  const cache = cacheDirectory(env);
  const enginePackage = enginePackageOf(thisPlatform());
  const installed = findEngine(enginePackage, __dirname);
  const artifacts = [KAFKA, REGISTRY, ...(installed === undefined ? [engineArtifact(enginePackage)] : [])];
  const clients = createClients(env, abort);
  const [kafkaHome = '', registryHome = '', engineHome = ''] = await ensureArtifacts(artifacts, {
    cache,
    clients,
    onProgress,
  });
  const directory = (name: PartName): string => join(dataDirectory, name);
  const parts = {
    kafka: prepareKafka({
      java,
      cache,
      home: kafkaHome,
      directory: directory('kafka'),
      port: ports.kafka,
      controllerPort: ports.controller,
    }),
    registry: prepareRegistry({
      java,
      cache,
      home: registryHome,
      directory: directory('registry'),
      port: ports.registry,
    }),
    clickhouse: prepareClickhouse({
      library: installed ?? requireEngine(enginePackage, engineHome),
      directory: directory('clickhouse'),
      port: ports.clickhouse,
      nativePort: ports.clickhouseNative,
      env,
    }),
  };
  return { parts, environment: addressesOf(ports) };
};

/** Starts Kafka, the schema registry and ClickHouse as child processes. Rejects with one clear line and nothing left running. */
export const startStack = async (options: StackOptions = {}): Promise<Stack> => {
  const { onProgress = () => undefined, abort, keepData } = options;
  const startedAt = performance.now();
  const given = options.dataDirectory && resolve(options.dataDirectory);
  const data = await openDataDirectory({ given, keepData, onProgress, abort });
  const logDirectory = join(data.path, LOGS);
  const running = new Map<PartName, KeptProcess>();

  const stop = async (keep?: { logs: boolean }): Promise<void> => {
    const parts = [...running.values()];
    running.clear();
    await Promise.all(parts.map((part) => part.stop()));
    data.release(keep);
  };
  const start = async (name: PartName, part: Part): Promise<void> => {
    const logFile = join(logDirectory, `${name}.log`);
    const startOnce = async (signal: AbortSignal): Promise<RunningProcess> => {
      const since = performance.now();
      await part.prepare();
      const child = await startProcess({
        ...part,
        logFile,
        readyTimeoutMs: READY_TIMEOUT_MS,
        abort: signal,
        heldDescriptor: data.lock.descriptor,
      });
      onProgress(`${part.title} is ready on ${HOST}:${part.port} after ${secondsSince(since)}`);
      return child;
    };
    running.set(name, await keepRunning({ name: part.title, logFile, start: startOnce, say: onProgress, abort }));
  };

  try {
    const { parts, environment } = await prepareParts(options, data.path, onProgress);
    const starts = await Promise.allSettled(PART_NAMES.map((name) => start(name, parts[name])));
    for (const result of starts) if (result.status === 'rejected') throw result.reason;
    onProgress(`The stack is ready after ${secondsSince(startedAt)}`);

    const get = (name: PartName): RunningProcess => {
      const part = running.get(name)?.current;
      if (part) return part;
      throw new MillraceError(`${name} does not run`, { code: 'STACK_UNAVAILABLE', advice: `Restart it first` });
    };
    const take = (name: PartName): KeptProcess | undefined => {
      const part = running.get(name);
      running.delete(name);
      return part;
    };
    return {
      kafkaBrokers: environment.KAFKA_BROKERS,
      schemaRegistryUrl: environment.SCHEMA_REGISTRY_URL,
      clickhouseUrl: environment.CLICKHOUSE_URL,
      environment,
      dataDirectory: data.path,
      isTemporary: data.isTemporary,
      logDirectory,
      pids: () => ({ kafka: get('kafka').pid, registry: get('registry').pid, clickhouse: get('clickhouse').pid }),
      stop,
      restart: async (name) => {
        await take(name)?.stop();
        await start(name, parts[name]);
      },
      kill: async (name) => take(name)?.kill(),
      pause: (name) => get(name).pause(),
      resume: (name) => get(name).resume(),
    };
  } catch (error) {
    await stop({ logs: !abort?.aborted });
    throw error;
  }
};
