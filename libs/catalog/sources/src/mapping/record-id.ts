import { createHash } from 'node:crypto';

import { canonicalJson } from './canonical-json';
import { identityOf } from './nobody';
import { shown } from './shown';
import { textOf } from './values';

export type RecordId = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly detail: string };

const LONGEST_ID = 512;
/** Ids made here begin with it, so that nobody looks for them at the producer. */
const DERIVED = 'derived-';

/**
 * The record's own id, which `field` holds. Without one it is a hash of what `said` gives, equal on a retry. So it is for a word such
 * as "undefined", which would make one signal of strangers.
 */
export function readRecordId(field: string, value: unknown, said: () => unknown): RecordId {
  const given = value ?? null;
  if (given !== null && typeof given !== 'string' && textOf(given) === null) {
    return { ok: false, detail: `${field}: ${shown(given)} is neither a text nor a number` };
  }
  const id = identityOf(given, []);
  if (id === null) return { ok: true, id: deriveId(said()) };
  if (id.length <= LONGEST_ID) return { ok: true, id };
  return { ok: false, detail: `${field}: ${shown(id)} has ${id.length} characters, ${LONGEST_ID} are allowed` };
}

const deriveId = (said: unknown): string =>
  DERIVED + createHash('sha256').update(canonicalJson(said)).digest('base64url');
