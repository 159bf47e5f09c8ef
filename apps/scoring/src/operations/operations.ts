import { MillraceError, RetryableError } from '@millrace/platform-errors';

import type { RunOutcome } from '../runs/run-model';
import type { RunProgress } from '../runs/run-progress';
import { isEnded, operationIdOf, type Operation, type RunRequest } from './operation';

/** What an operation does; each throws what the operation ends with. */
export interface OperationSteps {
  /** Resolves to the windows that the run goes on without. */
  waitForWindows(
    request: RunRequest,
    control: { readonly signal: AbortSignal; readonly onWait: (missing: readonly string[]) => void },
  ): Promise<readonly string[]>;
  run(
    request: RunRequest,
    missing: readonly string[],
    control: { readonly assertHeld: () => void; readonly onProgress: (progress: RunProgress) => void },
  ): Promise<RunOutcome>;
}

export interface OperationLimits {
  /** Operations that have not ended. */
  readonly open: number;
  /** Operations that have ended and are still told. */
  readonly kept: number;
}

/** Runs that were asked for from outside, one scored at a time. They live in this process and end with it. */
export interface Operations {
  /** The one of the same job and instant while it goes on; a new one after it has ended. Throws SERVICE_NOT_READY above the limit. */
  start(request: RunRequest): { readonly operation: Operation; readonly isNew: boolean };
  find(id: string): Operation | undefined;
  /** Resolves when it has ended or so long has passed. */
  wait(id: string, ms: number): Promise<Operation | undefined>;
  /** It stops before its next chunk. What has ended stays as it ended. */
  cancel(id: string): Operation | undefined;
  /** Cancels what goes on and resolves when it has ended. */
  stop(): Promise<void>;
}

interface Entry {
  operation: Operation;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

const LIMITS: OperationLimits = { open: 32, kept: 200 };

export function createOperations(steps: OperationSteps, limits: OperationLimits = LIMITS): Operations {
  const entries = new Map<string, Entry>();
  let isStopping = false;
  let turn: Promise<unknown> = Promise.resolve();

  const open = (): Entry[] => [...entries.values()].filter(({ operation }) => !isEnded(operation));

  const forget = (): void => {
    const ended = [...entries].filter(([, { operation }]) => isEnded(operation));
    for (const [id] of ended.slice(0, Math.max(0, ended.length - limits.kept))) entries.delete(id);
  };

  const work = async (request: RunRequest, signal: AbortSignal, change: Change): Promise<RunOutcome> => {
    const assertHeld = (): void => {
      if (signal.aborted) throw signal.reason;
    };
    const missing = await steps.waitForWindows(request, { signal, onWait: (waitsFor) => change({ waitsFor }) });
    assertHeld();
    change({ state: 'queued', waitsFor: [] });
    const run = turn.then(() => {
      assertHeld();
      change({ state: 'running' });
      return steps.run(request, missing, { assertHeld, onProgress: (progress) => change({ progress }) });
    });
    turn = run.catch(() => undefined);
    return run;
  };

  const begin = (id: string, request: RunRequest): Entry => {
    const { job, asOf } = request;
    const abort = new AbortController();
    let entry: Entry | undefined = undefined;
    const operation: Operation = {
      id,
      job,
      asOf,
      state: 'waiting',
      startedAt: Date.now(),
      endedAt: null,
      waitsFor: [],
      progress: null,
      outcome: null,
      error: null,
    };
    const change: Change = (more) => {
      if (entry !== undefined) entry.operation = { ...entry.operation, ...more };
    };
    const ended = Promise.resolve()
      .then(() => work(request, abort.signal, change))
      .then(
        (outcome) => change({ state: 'done', outcome, endedAt: Date.now() }),
        (error: unknown) => change({ ...endOf(error, abort.signal), endedAt: Date.now() }),
      )
      .then(forget);
    return (entry = { operation, abort, ended });
  };

  return {
    start(request) {
      const id = operationIdOf(request.job, request.asOf);
      const known = entries.get(id);
      if (known !== undefined && !isEnded(known.operation)) return { operation: known.operation, isNew: false };
      if (isStopping) throw shuttingDown();
      if (open().length >= limits.open) {
        throw new RetryableError(`${limits.open} runs go on at this replica, which is the most that it takes`, {
          code: 'SERVICE_NOT_READY',
          advice: 'Ask again when one of them has ended, or cancel one',
        });
      }
      // The newest comes last, so that the oldest are forgotten first.
      entries.delete(id);
      const entry = begin(id, request);
      entries.set(id, entry);
      return { operation: entry.operation, isNew: true };
    },
    find: (id) => entries.get(id)?.operation,
    async wait(id, ms) {
      const entry = entries.get(id);
      if (entry === undefined) return undefined;
      let timer: NodeJS.Timeout | undefined;
      const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
      await Promise.race([entry.ended, over]);
      clearTimeout(timer);
      return entry.operation;
    },
    cancel(id) {
      const entry = entries.get(id);
      entry?.abort.abort(cancelled(entry.operation));
      return entry?.operation;
    },
    async stop() {
      isStopping = true;
      const left = open();
      for (const { abort } of left) abort.abort(shuttingDown());
      await Promise.all(left.map(({ ended }) => ended));
    },
  };
}

type Change = (more: Partial<Operation>) => void;

/** What is thrown after a cancellation may be of whatever it interrupted. */
function endOf(error: unknown, signal: AbortSignal): Pick<Operation, 'state' | 'error'> {
  if (!signal.aborted) return { state: 'failed', error };
  const reason: unknown = signal.reason;
  const isCancelled = reason instanceof MillraceError && reason.code === 'RUN_CANCELLED';
  return { state: isCancelled ? 'cancelled' : 'failed', error: reason };
}

const cancelled = ({ id }: Operation): MillraceError =>
  new MillraceError(`${id} was cancelled: nothing of it is published, the previous scores stay current`, {
    code: 'RUN_CANCELLED',
    actor: 'operator',
    advice: 'Start it again: chunks that are written are not scored twice',
  });

const shuttingDown = (): RetryableError =>
  new RetryableError('The replica is stopping, and its runs end with it', {
    code: 'SHUTTING_DOWN',
    advice: 'Start it again at another replica: chunks that are written are not scored twice',
  });
