import { instantOf, isObject, type JsonObject } from '@millrace/catalog-sources';
import { MillraceError } from '@millrace/platform-errors';

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
  if (isObject(body)) return body;
  throw payloadInvalid('The body must be a JSON object');
}

/** A batch. One bad event among its events is no reason to refuse it; only the list itself must be one. */
export function readBatch(body: JsonObject): IntakeRequest {
  const events = body['batch'];
  if (!Array.isArray(events)) throw payloadInvalid('batch: a list of events is required');
  return { events: withShared(events, body), sentAt: instantOf(body['sentAt']) };
}

/** What a batch says once for all of its events. */
const SHARED_FIELDS = ['context', 'integrations'] as const;

function withShared(events: readonly unknown[], body: JsonObject): readonly unknown[] {
  const shared = SHARED_FIELDS.filter((field) => isObject(body[field]));
  if (shared.length === 0) return events;
  return events.map((event) => {
    if (!isObject(event)) return event;
    const merged = shared.map((field) => [field, merge(body[field], event[field])] as const);
    return { ...event, ...Object.fromEntries(merged) };
  });
}

/** The event's own value wins, field by field. */
function merge(shared: unknown, own: unknown): unknown {
  if (own === undefined || own === null) return shared;
  if (!isObject(shared) || !isObject(own)) return own;
  const both = Object.keys(shared).filter((key) => Object.hasOwn(own, key));
  return { ...shared, ...own, ...Object.fromEntries(both.map((key) => [key, mergeOnce(shared[key], own[key])])) };
}

const mergeOnce = (shared: unknown, own: unknown): unknown =>
  isObject(shared) && isObject(own) ? { ...shared, ...own } : (own ?? shared);

/** One call; its type is the path's, whatever the body says. */
export function readCall(body: JsonObject, type: CallType): IntakeRequest {
  return { events: [{ ...body, type }], sentAt: instantOf(body['sentAt']) };
}

export const payloadInvalid = (message: string, cause?: unknown): MillraceError =>
  new MillraceError(message, { code: 'SOURCE_PAYLOAD_INVALID', actor: 'producer', cause });
