import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { MillraceError } from '@millrace/platform-errors';
import { GUARD_SCRIPT } from './guard-script';
import { logTail } from './log-tail';
import { waitUntil } from './wait-until';

export interface ProcessOptions {
  /** Shown in messages. */
  name: string;
  command: string;
  args?: readonly string[];
  /** The whole environment of the child; default: this process's own. */
  env?: NodeJS.ProcessEnv;
  workingDirectory?: string;
  /** stdout and stderr are appended here. */
  logFile: string;
  /** Asked every 100 ms until true; without it the process counts as ready once it runs. */
  ready?: () => Promise<boolean> | boolean;
  /** Milliseconds until `ready` must have said yes; default 60,000. */
  readyTimeoutMs?: number;
  /** Seconds between SIGTERM and SIGKILL; default 10. */
  graceSeconds?: number;
}

export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  readonly name: string;
  /** The process itself, not its wrapper. */
  readonly pid: number;
  readonly logFile: string;
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
const SIGNALS: Readonly<Record<number, NodeJS.Signals>> = {
  129: 'SIGHUP',
  130: 'SIGINT',
  137: 'SIGKILL',
  143: 'SIGTERM',
};

const toExit = (code: number | null, signal: NodeJS.Signals | null): ProcessExit => {
  const byShell = code === null ? undefined : SIGNALS[code];
  return byShell ? { code: null, signal: byShell } : { code, signal };
};

const readPid = async (wrapper: ChildProcess): Promise<number> => {
  const channel = wrapper.stdio[3] as Readable;
  let text = '';
  for await (const chunk of channel) text += String(chunk);
  return Number.parseInt(text, 10);
};

/** Starts a process that cannot outlive this one (see guard-script.ts) and waits until it is ready; a failed start leaves nothing. */
export const startProcess = async (options: ProcessOptions): Promise<RunningProcess> => {
  const { name, logFile, graceSeconds = 10, readyTimeoutMs = 60_000 } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  const wrapper = spawn(
    '/bin/sh',
    ['-c', GUARD_SCRIPT, `guard-${name}`, String(graceSeconds), options.command, ...(options.args ?? [])],
    { cwd: options.workingDirectory, env: options.env, detached: true, stdio: ['pipe', log, log, 'pipe'] },
  );
  closeSync(log);
  // A wrapper that died breaks the pipe; its exit is what matters.
  wrapper.stdin?.on('error', () => undefined);

  let hasExited = false;
  const exited = once(wrapper, 'exit').then(([code, signal]) => {
    hasExited = true;
    wrapper.stdin?.destroy();
    return toExit(code as number | null, signal as NodeJS.Signals | null);
  });
  // The caller may never look at `exited`; a spawn error is reported below.
  exited.catch(() => undefined);
  const pid = await Promise.race([readPid(wrapper), exited.then(() => Number.NaN)]);

  const signal = (kind: NodeJS.Signals): void => {
    if (hasExited || Number.isNaN(pid)) return;
    try {
      process.kill(pid, kind);
    } catch {
      // ended between the check and the signal
    }
  };
  const kill = async (): Promise<void> => {
    signal('SIGKILL');
    await exited;
  };
  const stop = async (): Promise<void> => {
    signal('SIGTERM');
    signal('SIGCONT');
    const timer = setTimeout(() => signal('SIGKILL'), graceSeconds * 1000);
    await exited;
    clearTimeout(timer);
  };
  const running: RunningProcess = {
    name,
    pid,
    logFile,
    get hasExited() {
      return hasExited;
    },
    exited,
    stop,
    kill,
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
  };
  if (!options.ready) return running;

  const { ready } = options;
  let isReady = false;
  await Promise.race([
    exited,
    waitUntil(async () => hasExited || (isReady = await ready()), { timeoutMs: readyTimeoutMs }),
  ]);
  if (isReady && !hasExited) return running;
  const ending = hasExited ? 'ended before it was ready' : `was not ready after ${readyTimeoutMs / 1000} s`;
  await kill();
  throw new MillraceError(`${name} ${ending}`, {
    code: 'STACK_UNAVAILABLE',
    actor: 'operator',
    advice: `See ${logFile}. It ends with:\n${logTail(logFile)}`,
  });
};
