import { MillraceError, type ErrorCode } from '@millrace/platform-errors';

/** What a client is told about a request that failed. */
interface ErrorAnswer {
  readonly status: number;
  /** Seconds, for the Retry-After header. */
  readonly retryAfter?: number;
  readonly body: { readonly success: false; readonly code: string; readonly message: string };
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  SOURCE_UNAUTHORIZED: 401,
  SOURCE_PAYLOAD_INVALID: 400,
  PAYLOAD_TOO_LARGE: 413,
  SOURCE_RATE_LIMITED: 429,
  KAFKA_QUEUE_FULL: 429,
  // Ours to mend, not the client's: it keeps its batch and tries again.
  KAFKA_UNAVAILABLE: 503,
  KAFKA_REQUEST_FAILED: 503,
  KAFKA_RECORD_TOO_LARGE: 503,
  TOPIC_MISSING: 503,
  SHUTTING_DOWN: 503,
};

const RETRY_AFTER_OVERLOAD_SECONDS = 1;
const RETRY_AFTER_OUTAGE_SECONDS = 5;

/**
 * The HTTP answer of an error. SDKs drop a batch on 400 and retry on 429 and 5xx, so 4xx is said only when the same
 * request can never succeed. Messages of errors nobody planned stay inside.
 */
export function answerOf(error: unknown): ErrorAnswer {
  if (error instanceof MillraceError) {
    const status = STATUS[error.code] ?? (error.isRetryable ? 503 : 500);
    const message = status === 500 ? 'Internal error' : error.message;
    const body = { success: false, code: error.code, message } as const;
    if (status !== 429 && status !== 503) return { status, body };
    const given = error.details['retryAfterSeconds'];
    const usual = status === 429 ? RETRY_AFTER_OVERLOAD_SECONDS : RETRY_AFTER_OUTAGE_SECONDS;
    return { status, retryAfter: typeof given === 'number' ? given : usual, body };
  }
  const status = statusOf(error);
  if (status === undefined || status >= 500) {
    return { status: status ?? 500, body: { success: false, code: 'INTERNAL', message: 'Internal error' } };
  }
  const code = status === 413 ? 'PAYLOAD_TOO_LARGE' : 'SOURCE_PAYLOAD_INVALID';
  return { status, body: { success: false, code, message: error instanceof Error ? error.message : 'Bad request' } };
}

/** Of Fastify's and Nest's own errors. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { statusCode, status } = error as { statusCode?: unknown; status?: unknown };
  return [statusCode, status].find((value): value is number => typeof value === 'number');
}
