import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from './free-port';
import { startGuard } from './guard';
import { waitFor } from './wait-for';

export interface SpawnServiceOptions {
  /** How long it may take until /health/ready answers 200. Default 60,000. */
  readonly readyDeadlineMs?: number;
  /** False returns as soon as the process runs, for services that are not meant to become ready. Default true. */
  readonly waitsForReady?: boolean;
  /** Working folder. Default: the workspace's root for an app, else the folder of the program. */
  readonly cwd?: string;
  /** Other arguments for node, such as `--max-old-space-size=400`. */
  readonly nodeArguments?: readonly string[];
}

export interface SpawnedService {
  readonly app: string;
  readonly pid: number;
  readonly url: string;
  readonly logFile: string;
  /** Whether the process still runs. */
  readonly isRunning: boolean;
  /** Sends the signal and waits until the process is gone. Default SIGKILL. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** SIGTERM; SIGKILL after the deadline. Resolves to the exit code, null when it had to be killed. */
  stop(deadlineMs?: number): Promise<number | null>;
  /** SIGSTOP: alive, holding its sockets, doing nothing. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Everything it has written so far. */
  logs(): string;
}

let spawned = 0;

/**
 * Runs the built service `apps/<app>/dist/main.js` as a process of its own and waits for /health/ready. `<APP>_PORT` is
 * chosen when `env` does not name it. The process ends with the one that started it, even after kill -9 and while paused.
 */
export async function spawnService(
  app: string,
  env: Readonly<Record<string, string>>,
  options: SpawnServiceOptions = {},
): Promise<SpawnedService> {
  const root = workspaceRoot(__dirname);
  const main = join(root, 'apps', app, 'dist', 'main.js');
  if (!existsSync(main)) throw new Error(`apps/${app}/dist/main.js is missing: run npm run build first`);
  return spawnProgram(app, main, env, { cwd: root, ...options });
}

/** The same for any program that listens on `<APP>_PORT` and answers /health/ready. */
export async function spawnProgram(
  app: string,
  main: string,
  env: Readonly<Record<string, string>>,
  options: SpawnServiceOptions = {},
): Promise<SpawnedService> {
  const portVariable = `${app.toUpperCase()}_PORT`;
  const port = env[portVariable] ?? String(await freePort());
  const logFile = createLogFile(app);
  const child = spawn(process.execPath, [...(options.nodeArguments ?? []), main], {
    cwd: options.cwd ?? dirname(main),
    env: { ...process.env, ...env, [portVariable]: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const guard = startGuard(child);
  void exited.then(() => {
    guard.kill('SIGKILL');
    log.end();
  });
  const service = describeService(app, child, `http://127.0.0.1:${port}`, logFile, exited);
  if (options.waitsForReady ?? true) await waitUntilReady(service, options.readyDeadlineMs ?? 60_000);
  return service;
}

function describeService(
  app: string,
  child: ChildProcess,
  url: string,
  logFile: string,
  exited: Promise<void>,
): SpawnedService {
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    if (isRunning()) child.kill(signal);
    await exited;
  };
  return {
    app,
    pid: child.pid ?? -1,
    url,
    logFile,
    get isRunning() {
      return isRunning();
    },
    kill,
    stop: async (deadlineMs = 30_000) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
      child.kill('SIGCONT');
      await kill('SIGTERM');
      clearTimeout(timer);
      return child.exitCode;
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    logs: () => readFileSync(logFile, 'utf8'),
  };
}

async function waitUntilReady(service: SpawnedService, deadlineMs: number): Promise<void> {
  try {
    const seen = await waitFor(
      `${service.app} to be ready`,
      async () => {
        if (!service.isRunning) return 'ended';
        const response = await fetch(`${service.url}/health/ready`, { signal: AbortSignal.timeout(3_000) });
        return response.ok ? 'ready' : `${response.status} ${await response.text()}`;
      },
      { deadlineMs, everyMs: 100, until: (state) => state === 'ready' || state === 'ended' },
    );
    if (seen === 'ended') throw new Error(`${service.app} ended before it was ready`);
  } catch (error) {
    await service.kill();
    const tail = service.logs().split('\n').slice(-15).join('\n');
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}\nlast lines of ${service.logFile}:\n${tail}`, { cause: error });
  }
}

function createLogFile(app: string): string {
  const folder = join(tmpdir(), 'millrace-test-logs');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${app}-${process.pid}-${++spawned}.log`);
}

function workspaceRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no workspace above ${from}`);
  }
}
