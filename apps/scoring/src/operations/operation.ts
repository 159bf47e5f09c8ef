import type { RunOutcome } from '../runs/run-model';
import type { RunProgress } from '../runs/run-progress';

/** Waiting: for windows. Queued: behind another run of this replica. The last three are ends. */
export const OPERATION_STATES = ['waiting', 'queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

export interface RunRequest {
  readonly job: string;
  /** Epoch milliseconds, whole seconds. */
  readonly asOf: number;
  /** How long windows are waited for. */
  readonly waitMs: number;
  /** Run on what is sealed when the wait is over. */
  readonly isPartialAllowed: boolean;
  /** False: no destination hears of the run until others follow. */
  readonly deliver: boolean;
}

/** One run that somebody asked for: what it does now, or how it ended. */
export interface Operation {
  readonly id: string;
  readonly job: string;
  readonly asOf: number;
  readonly state: OperationState;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Windows that are not sealed. */
  readonly waitsFor: readonly string[];
  readonly progress: RunProgress | null;
  readonly outcome: RunOutcome | null;
  readonly error: unknown;
}

/** A run id without its hash: the same job and instant are the same operation on every replica. */
export const operationIdOf = (job: string, asOf: number): string =>
  `${job}-${new Date(asOf).toISOString().replace(/[-:]|\.\d{3}/g, '')}`;

/** Of an operation's id or of a run's; undefined: it is neither. */
export function readOperationId(id: string): { readonly job: string; readonly asOf: number } | undefined {
  const [, job, year, month, day, hour, minute, second] = ID.exec(id) ?? [];
  if (job === undefined) return undefined;
  const asOf = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(asOf) ? undefined : { job, asOf };
}

const ID = /^(\w+)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?:-[0-9a-f]+)?$/;

export const isEnded = ({ endedAt }: Pick<Operation, 'endedAt'>): boolean => endedAt !== null;
