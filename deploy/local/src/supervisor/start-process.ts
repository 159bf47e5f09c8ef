import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { MillraceError } from '@millrace/platform-errors';
import { GUARD_SCRIPT } from './guard-script';
import { reasonIn, sizeOf } from './log-tail';
import { waitUntil } from './wait-until';

export interface ProcessOptions {
  /** Shown in messages. */
  name: string;
  command: string;
  args?: readonly string[];
  /** The whole environment of the child; default: this process's own. */
  env?: NodeJS.ProcessEnv;
  workingDirectory?: string;
  /** stdout and stderr are appended here; without it they go where this process's own go. */
  logFile?: string;
  /** Asked every 100 ms until true; without it the process counts as ready once it runs. */
  ready?: () => Promise<boolean> | boolean;
  /** Milliseconds until `ready` must have said yes; default 60,000. */
  readyTimeoutMs?: number;
  /** Seconds between SIGTERM and SIGKILL; default 10. */
  graceSeconds?: number;
  /** Gives the start up: the process is ended and the start rejects. */
  abort?: AbortSignal | undefined;
  /** A descriptor of this process that the child holds open until it ends, such as a lock's. */
  heldDescriptor?: number | undefined;
}

export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  readonly name: string;
  /** The process itself, not its wrapper. */
  readonly pid: number;
  readonly hasExited: boolean;
  /** Settles when the process has ended, whoever ended it. */
  readonly exited: Promise<ProcessExit>;
  /** SIGTERM, after the grace SIGKILL; resolves when it has ended. */
  stop: () => Promise<void>;
  /** SIGKILL; resolves when it has ended. */
  kill: () => Promise<void>;
  /** SIGSTOP and SIGCONT: the process keeps its sockets and answers nothing. */
  pause: () => void;
  resume: () => void;
}

/** A shell reports death by signal n as 128 + n. */
const BY_SIGNAL: Readonly<Record<number, NodeJS.Signals>> = {
  129: 'SIGHUP',
  130: 'SIGINT',
  134: 'SIGABRT',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  143: 'SIGTERM',
};

const toExit = (code: number | null, signal: NodeJS.Signals | null): ProcessExit => {
  const byShell = code === null ? undefined : BY_SIGNAL[code];
  return byShell ? { code: null, signal: byShell } : { code, signal };
};

const spawnGuarded = (options: ProcessOptions, graceSeconds: number): ChildProcess => {
  const { name, command, args = [], workingDirectory: cwd, env, logFile, heldDescriptor } = options;
  if (logFile) mkdirSync(dirname(logFile), { recursive: true });
  const log = logFile ? openSync(logFile, 'a') : undefined;
  const output = log ?? 'inherit';
  // 4 belongs to the guard script.
  const held = heldDescriptor === undefined ? [] : (['ignore', heldDescriptor] as const);
  const stdio: StdioOptions = ['pipe', output, output, 'pipe', ...held];
  const guard = ['-c', GUARD_SCRIPT, `guard-${name}`, String(graceSeconds), command, ...args];
  try {
    return spawn('/bin/sh', guard, { cwd, env, detached: true, stdio });
  } finally {
    if (log !== undefined) closeSync(log);
  }
};

const readPid = async (wrapper: ChildProcess): Promise<number> => {
  let text = '';
  for await (const chunk of wrapper.stdio[3] as Readable) text += String(chunk);
  return Number.parseInt(text, 10);
};

const signalQuietly = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended meanwhile
  }
};

const control = async (options: ProcessOptions): Promise<RunningProcess> => {
  const { graceSeconds = 10 } = options;
  const wrapper = spawnGuarded(options, graceSeconds);
  // A wrapper that died breaks the pipe; its exit is what matters.
  wrapper.stdin?.on('error', () => undefined);
  let hasExited = false;
  const exited = once(wrapper, 'exit').then(([code, signal]) => {
    hasExited = true;
    wrapper.stdin?.destroy();
    return toExit(code as number | null, signal as NodeJS.Signals | null);
  });
  const pid = await Promise.race([readPid(wrapper), exited.then(() => Number.NaN)]);

  const signal = (kind: NodeJS.Signals): void => {
    if (!hasExited && !Number.isNaN(pid)) signalQuietly(pid, kind);
  };
  /** What is left of the group when the grace is over: children of the child that ignore SIGTERM as well. */
  const killGroup = (): void => {
    if (wrapper.pid !== undefined) signalQuietly(-wrapper.pid, 'SIGKILL');
  };
  return {
    name: options.name,
    pid,
    get hasExited() {
      return hasExited;
    },
    exited,
    stop: async () => {
      signal('SIGTERM');
      signal('SIGCONT');
      let isOver = false;
      const timer = setTimeout(() => {
        isOver = true;
        signal('SIGKILL');
      }, graceSeconds * 1000);
      await exited;
      clearTimeout(timer);
      if (isOver) killGroup();
    },
    kill: async () => {
      signal('SIGKILL');
      await exited;
    },
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
  };
};

const describeFailure = (options: ProcessOptions, hasExited: boolean): string => {
  if (options.abort?.aborted) return 'was stopped before it was ready';
  if (hasExited) return 'ended before it was ready';
  return `was not ready after ${(options.readyTimeoutMs ?? 60_000) / 1000} s`;
};

/** Starts a process that cannot outlive this one (guard-script.ts) and waits until it is ready; a failed start leaves nothing. */
export const startProcess = async (options: ProcessOptions): Promise<RunningProcess> => {
  const logStart = options.logFile ? sizeOf(options.logFile) : 0;
  const running = await control(options);
  const { ready = () => true, readyTimeoutMs: timeoutMs = 60_000, logFile, abort } = options;
  let isReady = false;
  await waitUntil(async () => running.hasExited || abort?.aborted === true || (isReady = await ready()), { timeoutMs });
  if (isReady && !running.hasExited && !abort?.aborted) return running;
  const failure = describeFailure(options, running.hasExited);
  await running.kill();
  if (abort?.aborted)
    throw new MillraceError(`${options.name} ${failure}`, { code: 'SHUTTING_DOWN', actor: 'operator' });
  const reason = logFile ? reasonIn(logFile, logStart) : undefined;
  throw new MillraceError(`${options.name} ${failure}${reason ? `: ${reason}` : ''}`, {
    code: 'STACK_UNAVAILABLE',
    actor: 'operator',
    ...(logFile ? { advice: `Its log is ${logFile}` } : {}),
  });
};
