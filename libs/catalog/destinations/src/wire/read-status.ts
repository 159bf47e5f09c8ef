import { answerInWords, DEFAULT_WAIT_MS, retryAfterMs, type WireResponse } from '@millrace/platform-http';

import type { Reading } from '../destination';

/** Service Unavailable, and what some call Overloaded: with Retry-After they ask to wait as a 429 does. */
const BUSY = new Set([503, 529]);

/**
 * What an answer outside 2xx says about a whole batch under the usual meaning of HTTP; null for 2xx, which alone says
 * nothing.
 */
export function readFailureStatus(response: WireResponse): Reading | null {
  const { status, headers, receivedAt } = response;
  if (status >= 200 && status < 300) return null;
  const detail = answerInWords(response);
  const told = retryAfterMs(headers, receivedAt);
  if (status === 429) return { kind: 'throttled', waitMs: told ?? DEFAULT_WAIT_MS, detail };
  if (BUSY.has(status) && told !== null) return { kind: 'throttled', waitMs: told, detail };
  if (status === 401 || status === 403 || status === 404 || status === 410) return { kind: 'paused', detail };
  if (status >= 300 && status < 400) return { kind: 'paused', detail: `Redirects are not followed: ${detail}` };
  if (status === 408 || status === 425 || status >= 500) return { kind: 'retryable', detail };
  return { kind: 'batch_rejected', detail };
}

/** The body as JSON, or undefined when it is none. */
export function parseBody(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
