import { DEFAULT_WAIT_MS, plainWords, retryAfterMs, type WireResponse } from '@millrace/platform-http';
import { z } from 'zod';

import type { Reading } from '../destination';
import { parseBody, readFailureStatus } from '../wire/read-status';
import { isTransient } from './read-row-errors';

/** How all of its APIs refuse a request. */
const errorsSchema = z
  .array(z.object({ errorCode: z.string(), message: z.string().default(''), fields: z.array(z.string()).default([]) }))
  .min(1);

/** Rights or settings that are wrong for every record. */
const SOMEBODY_MUST_ACT = new Set([
  'API_CURRENTLY_DISABLED',
  'API_DISABLED_FOR_ORG',
  'FUNCTIONALITY_NOT_ENABLED',
  'INVALID_TYPE',
  'FEATURENOTENABLED',
  'INSUFFICIENT_ACCESS',
]);

const FIELD_IN_WORDS = /(?:No such column '|Field name not found\s*:\s*|Unable to create\/update fields: )(\w+)/;

/** The field that the words of a refusal name. */
export const fieldInWords = (words: string): string | undefined => FIELD_IN_WORDS.exec(words)?.[1];

/**
 * What an answer outside 2xx says about a whole request; null for 2xx. A quota is a 403 with a code of its own, and its 503 means
 * wait (ruling 2).
 */
export function readSalesforceFailure(response: WireResponse): Reading | null {
  const usual = readFailureStatus(response);
  const errors = errorsSchema.safeParse(parseBody(response.body)).data ?? [];
  if (usual === null || !('detail' in usual)) return usual;
  const [first] = errors;
  const detail =
    first === undefined
      ? usual.detail
      : plainWords(
          `HTTP ${response.status}: ${errors.map(({ errorCode, message }) => `${errorCode}: ${message}`).join('; ')}`,
        );
  const codes = errors.map(({ errorCode }) => errorCode);
  if (response.status === 503 || codes.includes('REQUEST_LIMIT_EXCEEDED') || codes.includes('SERVER_UNAVAILABLE')) {
    return {
      kind: 'throttled',
      waitMs: retryAfterMs(response.headers, response.receivedAt) ?? DEFAULT_WAIT_MS,
      detail,
    };
  }
  if (usual.kind !== 'batch_rejected' || first === undefined) return { ...usual, detail };
  if (codes.some((code) => SOMEBODY_MUST_ACT.has(code))) return { kind: 'paused', detail };
  if (errors.every(({ errorCode, message }) => isTransient(errorCode, message))) return { kind: 'retryable', detail };
  const field = fieldInWords(first.message) ?? first.fields[0];
  return { kind: 'batch_rejected', detail, ...(field === undefined ? {} : { field }) };
}
