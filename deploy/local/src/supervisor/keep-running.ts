import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from '@millrace/platform-errors';
import { logTail, sizeOf } from './log-tail';
import { describeDeath, describeExit, nextRestart } from './restart-policy';
import type { RunningProcess } from './start-process';

export interface KeepRunningOptions {
  readonly name: string;
  readonly logFile: string;
  /** Starts it and resolves when it is ready. Asked again after each death; the signal gives a start up. */
  readonly start: (abort: AbortSignal) => Promise<RunningProcess>;
  /** One line for people. */
  readonly say: (line: string) => void;
  readonly abort?: AbortSignal | undefined;
}

export interface KeptProcess {
  /** Undefined between a death and the next start. */
  readonly current: RunningProcess | undefined;
  /** Both end it for good. */
  readonly stop: () => Promise<void>;
  readonly kill: () => Promise<void>;
}

/** Lines of the log that are shown with a death. */
const SHOWN_LINES = 3;

/** Starts a process, and again whenever it dies (restart-policy.ts), until it is stopped. The first start may fail. */
export const keepRunning = async (options: KeepRunningOptions): Promise<KeptProcess> => {
  const { name, logFile, start, say } = options;
  const ending = new AbortController();
  const abort = options.abort ? AbortSignal.any([options.abort, ending.signal]) : ending.signal;
  let logStart = sizeOf(logFile);
  let current: RunningProcess | undefined = await start(abort);
  let startedAt = performance.now();
  let deaths = 0;

  const afterDeath = async (how: string, ranMs: number, tail: readonly string[]): Promise<void> => {
    const restart = nextRestart(deaths, ranMs);
    deaths = restart.deaths;
    for (const line of describeDeath({ name, how, restart, tail, logFile })) say(line);
    await sleep(restart.pauseMs, undefined, { signal: abort }).catch(() => undefined);
  };
  const startAgain = async (): Promise<void> => {
    logStart = sizeOf(logFile);
    try {
      current = await start(abort);
      startedAt = performance.now();
    } catch (error) {
      if (!abort.aborted) await afterDeath(`did not start: ${describeError(error)}`, 0, []);
    }
  };
  const watch = async (): Promise<void> => {
    while (!abort.aborted) {
      if (current === undefined) {
        await startAgain();
        continue;
      }
      const exit = await current.exited;
      if (abort.aborted) return;
      current = undefined;
      const tail = logTail(logFile, { lines: SHOWN_LINES, from: logStart });
      await afterDeath(describeExit(exit), performance.now() - startedAt, tail);
    }
  };
  const watching = watch();

  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    ending.abort();
    await current?.[how]();
    await watching;
    // A start that was under way when the end came.
    await current?.[how]();
  };
  return {
    get current() {
      return current;
    },
    stop: () => end('stop'),
    kill: () => end('kill'),
  };
};
