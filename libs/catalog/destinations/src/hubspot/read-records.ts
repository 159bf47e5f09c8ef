import { answerInWords, type WireResponse } from '@millrace/platform-http';

import type { ReadBack, Reading } from '../destination';
import { parseBody } from '../wire/read-status';
import { spellKey, type Way } from './hubspot-requests';
import type { HubspotSettings } from './hubspot-settings';
import { batchAnswerSchema, DONE } from './read-results';
import { readRefusal } from './read-refusal';

/** A record as HubSpot has it. */
export interface CrmRecord {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
}

/** By the id that was asked for. Who is in neither was not named. */
export interface CrmRecords {
  readonly kind: 'read';
  readonly found: ReadonlyMap<string, CrmRecord>;
  /** Deleted, or never there. */
  readonly missing: ReadonlySet<string>;
}

export type NotRead = Exclude<ReadBack, { kind: 'values' }> | Extract<Reading, { kind: 'batch_rejected' }>;

/** Reads the answer of a batch read. It changes nothing, so that what it does not say may be asked again. */
export function readRecords(
  response: WireResponse,
  { idProperty }: Way,
  settings: Pick<HubspotSettings, 'quota_reset_zone'>,
): CrmRecords | NotRead {
  const refusal = readRefusal(response, settings, new Set());
  if (refusal !== null) return refusal.kind === 'records' || refusal.kind === 'started' ? notSaid(response) : refusal;
  const answer = batchAnswerSchema.safeParse(parseBody(response.body));
  if (!answer.success || answer.data.status !== DONE) return notSaid(response);
  const found = new Map<string, CrmRecord>();
  for (const { id, properties } of answer.data.results) {
    for (const name of namesOf(id, properties ?? {}, idProperty)) {
      // The main address of one record goes before a further one of another.
      if (name.isMain || !found.has(name.id)) found.set(name.id, { id, properties: properties ?? {} });
    }
  }
  const missing = (answer.data.errors ?? [])
    .filter(({ category }) => category === 'OBJECT_NOT_FOUND')
    .flatMap(({ context }) => context.ids ?? [])
    .map((id) => (idProperty === 'email' ? spellKey(id, 'email') : id));
  return { kind: 'read', found, missing: new Set(missing) };
}

const notSaid = (response: WireResponse): NotRead => ({
  kind: 'retryable',
  detail: `It does not say what records have: ${answerInWords(response)}`,
});

function namesOf(
  id: string,
  properties: CrmRecord['properties'],
  idProperty: string | null,
): { readonly id: string; readonly isMain: boolean }[] {
  const text = idProperty === null ? id : (properties[idProperty] ?? '');
  if (idProperty !== 'email') return text === '' ? [] : [{ id: text, isMain: true }];
  const further = (properties.hs_additional_emails ?? '').split(';');
  return [text, ...further]
    .map((email, at) => ({ id: spellKey(email, 'email'), isMain: at === 0 }))
    .filter((email) => email.id !== '');
}
