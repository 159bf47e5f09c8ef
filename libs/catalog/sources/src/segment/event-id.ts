import { createHash } from 'node:crypto';

import { canonicalJson } from '../mapping/canonical-json';
import { identityOf } from '../mapping/nobody';
import { shown } from '../mapping/shown';
import { textOf, type JsonObject } from '../mapping/values';

export type EventId = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly detail: string };

const LONGEST_ID = 512;
/** Ids made here begin with it, so that nobody looks for them at the producer. */
const DERIVED = 'derived-';

/**
 * The call's `messageId`. Segment's HTTP API lets it be left out: then the id is a hash of what the call says, so that the
 * same call sent again is the same signal. So it is for a word such as "undefined", which would make one signal of strangers.
 */
export function readEventId(call: JsonObject): EventId {
  const given = call['messageId'] ?? null;
  if (given !== null && typeof given !== 'string' && textOf(given) === null) {
    return { ok: false, detail: `messageId: ${shown(given)} is neither a text nor a number` };
  }
  const id = identityOf(given, []);
  if (id === null) return { ok: true, id: deriveId(call) };
  if (id.length <= LONGEST_ID) return { ok: true, id };
  return { ok: false, detail: `messageId: ${shown(id)} has ${id.length} characters, ${LONGEST_ID} are allowed` };
}

/** Without the key and the time of sending, which belong to the request: a retry has others. */
function deriveId({ messageId: _id, sentAt: _sentAt, writeKey: _key, ...said }: JsonObject): string {
  return DERIVED + createHash('sha256').update(canonicalJson(said)).digest('base64url');
}
