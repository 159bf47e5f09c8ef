import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, MillraceError } from '@millrace/platform-errors';
import { answersOk } from './parts/http-ready';
import { findFreePorts, HOST, requireFreePort, type StackEnvironment } from './ports';
import { runToEnd } from './supervisor/run-to-end';
import { keepRunning, type KeptProcess } from './supervisor/keep-running';
import { reasonIn, sizeOf } from './supervisor/log-tail';
import { startProcess, type RunningProcess } from './supervisor/start-process';

const ROOT = join(__dirname, '../../..');

export type ServiceName = 'collector' | 'windowing' | 'scoring' | 'sync';

/** Each service's port variable and the port it has when that is not set. */
const SERVICES: Readonly<Record<ServiceName, { variable: string; port: number }>> = {
  collector: { variable: 'COLLECTOR_PORT', port: 8080 },
  windowing: { variable: 'WINDOWING_PORT', port: 8082 },
  scoring: { variable: 'SCORING_PORT', port: 8083 },
  sync: { variable: 'SYNC_PORT', port: 8084 },
};
const SERVICE_NAMES = Object.keys(SERVICES) as ServiceName[];

export interface ServicesOptions {
  stack: StackEnvironment;
  /** Each service logs to `<name>.log` in it. */
  logDirectory: string;
  /** Default: all four. */
  services?: readonly ServiceName[];
  ports?: 'default' | 'free';
  /** Further variables for every service. */
  env?: NodeJS.ProcessEnv;
  /** One line for each start, and for services that died and are started again. */
  onProgress?: (line: string) => void;
  abort?: AbortSignal;
}

export interface Services {
  /** Of those that run now. */
  pids: () => Readonly<Partial<Record<ServiceName, number>>>;
  urls: Readonly<Record<string, string>>;
  /** The stack's variables, each service's port and URL. */
  environment: Readonly<Record<string, string>>;
  stop: () => Promise<void>;
}

/** A consumer that was killed is a member of its group for a session, and a rebalance waits for it: more than both. */
const READY_TIMEOUT_MS = 180_000;
const DEPLOY_CLI = join(ROOT, 'apps/cli/bin/millrace.js');

/** Creates topics, registers schemas and runs migrations: what services expect to find. Safe to run again. */
export const deployContracts = async (options: {
  stack: StackEnvironment;
  env?: NodeJS.ProcessEnv;
  abort?: AbortSignal;
  logFile?: string;
}): Promise<void> => {
  const { stack, env = process.env, abort, logFile } = options;
  const logStart = logFile ? sizeOf(logFile) : 0;
  if (!existsSync(DEPLOY_CLI)) {
    throw new ConfigError('The command line of Millrace is not built', { advice: 'Run npm run build' });
  }
  const { code, signal } = await runToEnd({
    name: 'millrace-deploy',
    command: process.execPath,
    args: [DEPLOY_CLI, 'deploy'],
    env: { ...env, ...stack },
    ...(abort ? { abort } : {}),
    ...(logFile ? { logFile } : {}),
  });
  if (code === 0) return;
  if (abort?.aborted) throw new MillraceError('millrace deploy was stopped', { code: 'SHUTTING_DOWN' });
  const reason = logFile ? reasonIn(logFile, logStart) : undefined;
  throw new MillraceError(`millrace deploy failed: ${reason ?? signal ?? `code ${code}`}`, {
    code: 'STACK_UNAVAILABLE',
    actor: 'operator',
    ...(logFile ? { advice: `Its log is ${logFile}` } : {}),
  });
};

const choosePorts = async (
  names: readonly ServiceName[],
  options: ServicesOptions,
  env: NodeJS.ProcessEnv,
): Promise<Map<ServiceName, number>> => {
  const free = await findFreePorts(names.length);
  const ports = names.map((name, index): [ServiceName, number] => {
    const { variable, port } = SERVICES[name];
    return [name, options.ports === 'free' ? (free[index] ?? 0) : Number(env[variable] || port)];
  });
  for (const [name, port] of ports) await requireFreePort(port, name, SERVICES[name].variable);
  return new Map(ports);
};

/** Runs the compiled services against a stack; each is ready when its /health/ready says so. A failed start leaves nothing. */
export const startServices = async (options: ServicesOptions): Promise<Services> => {
  const { stack, logDirectory, services: names = SERVICE_NAMES, onProgress = () => undefined, abort } = options;
  // PORT would move every service to the same port.
  const env = { ...process.env, ...options.env, PORT: undefined };
  const ports = await choosePorts(names, options, env);
  const portVariables = Object.fromEntries([...ports].map(([name, port]) => [SERVICES[name].variable, String(port)]));
  const urls = Object.fromEntries([...ports].map(([name, port]) => [name, `http://${HOST}:${port}`]));
  const urlVariables = Object.fromEntries([...ports.keys()].map((name) => [`${name.toUpperCase()}_URL`, urls[name]]));
  const environment: Record<string, string> = { ...stack, ...portVariables, ...urlVariables };
  const processes = new Map<ServiceName, KeptProcess>();

  const stop = async (): Promise<void> => {
    const running = [...processes.values()];
    processes.clear();
    await Promise.all(running.map((child) => child.stop()));
  };
  const start = async (name: ServiceName): Promise<void> => {
    const main = join(ROOT, 'apps', name, 'dist/main.js');
    if (!existsSync(main)) throw new ConfigError(`The ${name} is not built`, { advice: 'Run npm run build' });
    const port = ports.get(name) ?? 0;
    const logFile = join(logDirectory, `${name}.log`);
    const startOnce = async (signal: AbortSignal): Promise<RunningProcess> => {
      const since = performance.now();
      const child = await startProcess({
        name,
        command: process.execPath,
        args: ['--enable-source-maps', main],
        env: { ...env, ...environment },
        logFile,
        ready: () => answersOk(`http://${HOST}:${port}/health/ready`),
        readyTimeoutMs: READY_TIMEOUT_MS,
        graceSeconds: 20,
        abort: signal,
      });
      onProgress(`${name} is ready on ${HOST}:${port} after ${((performance.now() - since) / 1000).toFixed(1)} s`);
      return child;
    };
    processes.set(name, await keepRunning({ name, logFile, start: startOnce, say: onProgress, abort }));
  };

  const starts = await Promise.allSettled(names.map(start));
  for (const result of starts) {
    if (result.status === 'fulfilled') continue;
    await stop();
    throw result.reason;
  }
  const pids = (): Partial<Record<ServiceName, number>> =>
    Object.fromEntries([...processes].flatMap(([name, { current }]) => (current ? [[name, current.pid]] : [])));
  return { pids, urls, environment, stop };
};
