import { describeInPublic, isRetryable, MillraceError, type ErrorCode } from '@millrace/platform-errors';
import type { z } from 'zod';

import type { errorAnswer } from './run-api';

export interface ErrorAnswer {
  readonly status: number;
  /** Seconds, for the Retry-After header. */
  readonly retryAfter?: number;
  readonly body: z.output<typeof errorAnswer>;
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  USAGE_INVALID: 400,
  API_UNAUTHORIZED: 401,
  API_CLOSED: 403,
  MODEL_UNKNOWN: 404,
  RUN_UNKNOWN: 404,
  PAYLOAD_TOO_LARGE: 413,
};

const RETRY_AFTER_SECONDS = 5;

/** An error as those who may ask are told of it; details and addresses stay in the log. */
export const errorInPublic = (error: unknown): ErrorAnswer['body']['error'] => ({
  code: error instanceof MillraceError ? error.code : 'INTERNAL',
  message: error instanceof MillraceError ? describeInPublic(error) : 'Internal error: see the log of scoring',
  is_retryable: isRetryable(error),
});

/** The HTTP answer of an error. Messages of errors that nobody planned stay inside. */
export function answerOf(error: unknown): ErrorAnswer {
  if (error instanceof MillraceError) {
    const status = STATUS[error.code] ?? (error.isRetryable ? 503 : 500);
    return {
      status,
      ...(status === 503 ? { retryAfter: RETRY_AFTER_SECONDS } : {}),
      body: { error: errorInPublic(error) },
    };
  }
  const status = statusOf(error);
  if (status === undefined || status < 400 || status >= 500)
    return { status: 500, body: { error: errorInPublic(error) } };
  // Of Fastify itself: the body is too large, not JSON, or of another type.
  const message = error instanceof Error ? error.message : 'The request cannot be read';
  return {
    status,
    body: { error: { code: status === 413 ? 'PAYLOAD_TOO_LARGE' : 'USAGE_INVALID', message, is_retryable: false } },
  };
}

const statusOf = (error: unknown): number | undefined =>
  typeof error === 'object' && error !== null && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
