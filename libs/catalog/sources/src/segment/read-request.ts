import { readJsonBody } from '../json/read-body';
import { instantOf } from '../mapping/instant';
import { isObject, type JsonObject } from '../mapping/values';
import { refuseRequest, type RawRequest, type ReadResult } from '../source';

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

/** A batch. One bad event among its events is no reason to refuse it; only the list itself must be one. */
export function readBatch({ body }: Pick<RawRequest, 'body'>): ReadResult {
  const read = readObject(body);
  if (!read.ok) return read;
  const events = read.object['batch'];
  if (!Array.isArray(events)) return refuseRequest(400, 'batch: a list of events is required');
  return { ok: true, records: withShared(events, read.object), ...ofRequest(read.object) };
}

/** One call; its type is the path's, whatever the body says. */
export function readCallOf(type: CallType): (request: Pick<RawRequest, 'body'>) => ReadResult {
  return ({ body }) => {
    const read = readObject(body);
    return read.ok ? { ok: true, records: [{ ...read.object, type }], ...ofRequest(read.object) } : read;
  };
}

function readObject(body: Buffer): { ok: true; object: JsonObject } | Exclude<ReadResult, { ok: true }> {
  const read = readJsonBody(body);
  if (!read.ok) return read;
  return isObject(read.value) ? { ok: true, object: read.value } : refuseRequest(400, 'The body must be a JSON object');
}

function ofRequest(body: JsonObject): { readonly sentAt: number | null; readonly writeKey: string | null } {
  const { writeKey } = body;
  return {
    sentAt: instantOf(body['sentAt']),
    writeKey: typeof writeKey === 'string' && writeKey !== '' ? writeKey : null,
  };
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
