import type { Reading, WireResponse } from '../destination';

const DEFAULT_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 24 * 3_600_000;
const LONGEST_DETAIL = 300;

/**
 * What an answer outside 2xx says about a whole batch under the usual meaning of HTTP; null for 2xx, which alone says
 * nothing.
 */
export function readFailureStatus(response: WireResponse): Reading | null {
  const { status, headers, receivedAt } = response;
  if (status >= 200 && status < 300) return null;
  const detail = detailOf(response);
  if (status === 429) return { kind: 'throttled', waitMs: retryAfterMs(headers, receivedAt), detail };
  if (status === 401 || status === 403 || status === 404 || status === 410) return { kind: 'paused', detail };
  if (status >= 300 && status < 400) return { kind: 'paused', detail: `${detail}; redirects are not followed` };
  if (status === 408 || status === 425 || status >= 500) return { kind: 'retryable', detail };
  return { kind: 'batch_rejected', detail };
}

/** Retry-After in milliseconds: seconds or an HTTP date; 10 s when the answer names none. At most a day. */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number {
  const value = headers['retry-after']?.trim() ?? '';
  if (value === '') return DEFAULT_WAIT_MS;
  const wait = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  if (!Number.isFinite(wait)) return DEFAULT_WAIT_MS;
  return Math.min(LONGEST_WAIT_MS, Math.max(0, wait));
}

/** `HTTP 422: the first words of the body`. */
export function detailOf({ status, body }: Pick<WireResponse, 'status' | 'body'>): string {
  const words = body.replace(/\s+/g, ' ').trim().slice(0, LONGEST_DETAIL);
  return words === '' ? `HTTP ${status}` : `HTTP ${status}: ${words}`;
}

/** The body as JSON, or undefined when it is none. */
export function parseBody(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
