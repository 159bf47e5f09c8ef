import { instantOf } from '@millrace/catalog-sources';
import { MillraceError } from '@millrace/platform-errors';

export type JsonObject = Readonly<Record<string, unknown>>;

/** What one request holds: its events as sent, and the client's clock when it sent them; null when nobody can read it. */
export interface IntakeRequest {
  readonly events: readonly unknown[];
  readonly sentAt: number | null;
}

type CallType = 'track' | 'page' | 'screen' | 'identify' | 'group' | 'alias';

/** Paths below /v1: the long ones of servers, the short ones of browsers. */
export const CALL_PATHS: Readonly<Record<string, CallType>> = {
  track: 'track',
  page: 'page',
  screen: 'screen',
  identify: 'identify',
  group: 'group',
  alias: 'alias',
  t: 'track',
  p: 'page',
  s: 'screen',
  i: 'identify',
  g: 'group',
  a: 'alias',
};

export function asObject(body: unknown): JsonObject {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as JsonObject;
  throw payloadInvalid('The body must be a JSON object');
}

/** A batch. One bad event among its events is no reason to refuse it; only the list itself must be one. */
export function readBatch(body: JsonObject): IntakeRequest {
  const events = body['batch'];
  if (!Array.isArray(events)) throw payloadInvalid('batch: a list of events is required');
  return { events, sentAt: instantOf(body['sentAt']) };
}

/** One call; its type is the path's, whatever the body says. */
export function readCall(body: JsonObject, type: CallType): IntakeRequest {
  return { events: [{ ...body, type }], sentAt: instantOf(body['sentAt']) };
}

export const payloadInvalid = (message: string, cause?: unknown): MillraceError =>
  new MillraceError(message, { code: 'SOURCE_PAYLOAD_INVALID', actor: 'producer', cause });
