import type { RunPublished } from '@millrace/contract-score';
import type { z } from 'zod';

import { isEnded, operationIdOf, type Operation } from '../operations/operation';
import { errorInPublic } from './answer-of';
import type { operationAnswer } from './run-api';

type Answer = z.output<typeof operationAnswer>;

/** `currentId`: the run of the job whose scores are current. */
export function operationInPublic(operation: Operation, replica: string, currentId: string | undefined): Answer {
  const { outcome, error } = operation;
  return {
    id: operation.id,
    job: operation.job,
    as_of: iso(operation.asOf),
    state: operation.state,
    is_ended: isEnded(operation),
    replica,
    started_at: iso(operation.startedAt),
    ended_at: operation.endedAt === null ? null : iso(operation.endedAt),
    waits_for: [...operation.waitsFor],
    progress: operation.progress,
    run:
      outcome === null
        ? null
        : runOf(outcome.run, outcome.outcome === 'unchanged' ? 'unchanged' : 'published', currentId),
    error: error === null ? null : errorInPublic(error),
  };
}

/** A run that the log tells of, as an operation that is done. */
export const runInPublic = (run: RunPublished, currentId: string | undefined): Answer => ({
  id: operationIdOf(run.model, run.as_of),
  job: run.model,
  as_of: iso(run.as_of),
  state: 'done',
  is_ended: true,
  replica: null,
  started_at: iso(run.started_at),
  ended_at: iso(run.published_at),
  waits_for: [],
  progress: null,
  run: runOf(run, 'published', currentId),
  error: null,
});

const runOf = (
  run: RunPublished,
  outcome: 'published' | 'unchanged',
  currentId: string | undefined,
): Answer['run'] => ({
  run_id: run.run_id,
  outcome,
  revision: run.revision,
  step: run.step,
  rows: run.rows,
  checksum: run.checksum,
  is_partial: run.is_partial,
  missing: [...run.missing],
  is_current: run.run_id === currentId,
  published_at: iso(run.published_at),
});

const iso = (instant: number): string => new Date(instant).toISOString();
