import { z } from 'zod';

import { DELIVERY_STATES, planOfRun } from '../deliveries/judge-delivery';
import { OPERATION_STATES } from '../operations/operation';
import { RUN_STAGES } from '../runs/run-progress';

/** What goes over the wire; openapi.ts writes the document from it, and mount-run-api.ts reads requests by it. */

/** The longest that a request waits: proxies cut off at a minute. */
const MOST_WAIT_SECONDS = 50;
/** A week. */
const MOST_TIMEOUT_SECONDS = 604_800;
const MOST_CHARACTERS = 200;

const text = () => z.string().min(1).max(MOST_CHARACTERS);
const asOf = text().describe(
  'What the run speaks about: the tick of a local day (2026-11-24), or a time with its zone, in whole seconds (2026-11-24T02:00:00-05:00).',
);
const waitSeconds = z.coerce
  .number()
  .min(0)
  .max(MOST_WAIT_SECONDS)
  .default(0)
  .describe('The answer comes when it is over, or after so long: ask again until it is.');

export const startBody = z.strictObject({
  job: text().describe('Name of a score model.'),
  as_of: asOf,
  timeout_seconds: z
    .number()
    .int()
    .min(0)
    .max(MOST_TIMEOUT_SECONDS)
    .default(14_400)
    .describe('How long it waits for windows that are not sealed.'),
  partial: z
    .boolean()
    .default(false)
    .describe('Run on what is sealed when the wait is over, and mark the scores partial; false: fail then.'),
  deliver: z.boolean().default(true).describe('False: no destination hears of the run until the next one.'),
});

export const idParams = z.strictObject({
  id: text().describe('Of an operation, or of a run.'),
});
export const waitQuery = z.strictObject({ wait_seconds: waitSeconds });
export const deliveryQuery = z.strictObject({
  wait_seconds: waitSeconds,
  destinations: z
    .string()
    .max(2_000)
    .default('')
    .describe('Those that must have a plan, separated by commas; empty: whoever has one.'),
});
export const windowsQuery = z.strictObject({
  as_of: asOf,
  job: text().optional().describe('The windows that a run of the job waits for; left out: all before the instant.'),
  wait_seconds: waitSeconds,
});

const instant = () => z.iso.datetime({ offset: false });

const errorOf = z.strictObject({
  code: z.string().describe('From the closed list of error codes.'),
  message: z.string().describe('What is wrong, and the way out.'),
  is_retryable: z.boolean().describe('Whether the same may succeed later without anybody acting.'),
});

const runOf = z.strictObject({
  run_id: z.string(),
  outcome: z.enum(['published', 'unchanged']).describe('unchanged: the run with the same inputs was there already.'),
  revision: z.number().int(),
  step: z.number().int().describe('Seal step that it read up to.'),
  rows: z.number().int(),
  checksum: z.string(),
  is_partial: z.boolean(),
  missing: z.array(z.string()).describe('What it was made without.'),
  is_current: z.boolean().describe('Whether its scores are the current ones.'),
  published_at: instant(),
});

export const operationAnswer = z.strictObject({
  id: z.string().describe('The same for the same job and instant, at every replica.'),
  job: z.string(),
  as_of: instant(),
  state: z.enum(OPERATION_STATES),
  is_ended: z.boolean(),
  replica: z.string().nullable().describe('That works on it; null: another did, and the log of runs tells of it.'),
  started_at: instant(),
  ended_at: instant().nullable(),
  waits_for: z.array(z.string()).describe('Windows that are not sealed.'),
  progress: z
    .strictObject({
      model: z.string().describe('The job, or one that it reads of the same instant.'),
      stage: z.enum(RUN_STAGES),
      chunks: z.number().int().nullable(),
      chunks_done: z.number().int(),
    })
    .nullable(),
  run: runOf.nullable(),
  error: errorOf.nullable(),
});

export const windowsAnswer = z.strictObject({
  as_of: instant(),
  job: z.string().nullable(),
  is_sealed: z.boolean(),
  sealed_through: instant().nullable().describe('Windows before it are sealed; null: none is.'),
  waits_for: z.array(z.string()),
});

export const deliveryAnswer = z.strictObject({
  run_id: z.string(),
  state: z.enum(DELIVERY_STATES),
  is_settled: z.boolean().describe('Nothing more will come of it: over, well or not.'),
  waits_for: z.array(z.string()),
  reason: z.string().nullable(),
  plans: z.array(planOfRun),
});

export const errorAnswer = z.strictObject({ error: errorOf });

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** Answers that are not errors, by status. */
  readonly answers: Readonly<Record<number, readonly [meaning: string, schema: z.ZodObject | undefined]>>;
  /** Statuses of errors besides those of every route. */
  readonly refusals?: Readonly<Record<number, string>>;
}

const UNKNOWN = { 404: 'This service knows no operation or run of that id.' };

export const ROUTES = {
  startRun: {
    method: 'POST',
    path: '/v1/runs',
    summary: 'Start a run, or find the one of the same job and instant that goes on.',
    body: startBody,
    answers: { 202: ['It has begun.', operationAnswer], 200: ['It goes on already.', operationAnswer] },
    refusals: { 404: 'No model has that name.', 413: 'The body is too large.', 415: 'The body is not JSON.' },
  },
  readRun: {
    method: 'GET',
    path: '/v1/runs/{id}',
    summary: 'What a run does, or how it ended; with wait_seconds once it has ended.',
    params: idParams,
    query: waitQuery,
    answers: { 200: ['How it is.', operationAnswer] },
    refusals: UNKNOWN,
  },
  cancelRun: {
    method: 'DELETE',
    path: '/v1/runs/{id}',
    summary: 'Cancel a run before its next chunk. What has ended stays as it ended.',
    params: idParams,
    answers: { 200: ['How it is; it may take a chunk to end.', operationAnswer] },
    refusals: UNKNOWN,
  },
  readDelivery: {
    method: 'GET',
    path: '/v1/runs/{id}/deliveries',
    summary: 'What became of a run at destinations; with wait_seconds once it is settled.',
    params: idParams,
    query: deliveryQuery,
    answers: { 200: ['How it is.', deliveryAnswer] },
    refusals: UNKNOWN,
  },
  readWindows: {
    method: 'GET',
    path: '/v1/windows',
    summary: 'Whether windows are sealed up to an instant; with wait_seconds once they are.',
    query: windowsQuery,
    answers: { 200: ['How it is.', windowsAnswer] },
    refusals: { 404: 'No model has that name.' },
  },
  readDocument: {
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'This document.',
    answers: { 200: ['The document.', undefined] },
  },
} as const satisfies Readonly<Record<string, Route>>;

export type RouteName = keyof typeof ROUTES;
