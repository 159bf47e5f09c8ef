import { emailKey } from '@millrace/identity';

import { UNREADABLE, type EntityLookup, type PersonRecord } from './known-entities';

/**
 * Why a person must not be sent, the strictest first. `flags_unknown`: a record of theirs cannot be read, so it is not
 * known whether it forbids it. `unsubscribed` binds only where a destination's mapping says so.
 */
export type Restriction = 'do_not_sync' | 'flags_unknown' | 'unsubscribed';

/** Who a person is, by everything known of them. */
export interface Identities {
  readonly ids: readonly string[];
  /** In normal form, or as `emailKey` compares what has none. */
  readonly emails: readonly string[];
}

export const RESTRICTION_WORDS: Readonly<Record<Restriction, string>> = {
  do_not_sync: 'do_not_sync: a record of this person says so',
  flags_unknown: 'flags_unknown: a record of this person cannot be read, so nothing is sent',
  unsubscribed: 'unsubscribed: a record of this person says so',
};

/**
 * What any record says counts (true from any instance, until that instance takes it back). Records that the identities
 * lead to are asked for their own ids and e-mails once more; never further: addresses are shared, and people are not.
 */
export function restrictionOf(who: Identities, entities: EntityLookup): Restriction | null {
  const near = entities.people(who.ids, who.emails);
  const records = near.length === 0 ? near : [...near, ...entities.people(idsOf(near), emailsOf(near))];
  if (records.some((record) => record !== UNREADABLE && record.do_not_sync)) return 'do_not_sync';
  if (records.includes(UNREADABLE)) return 'flags_unknown';
  const isOut = (record: PersonRecord): boolean =>
    record !== UNREADABLE && record.consent?.trim().toLowerCase() === 'unsubscribed';
  return records.some(isOut) ? 'unsubscribed' : null;
}

const idsOf = (records: readonly PersonRecord[]): string[] =>
  records.flatMap((record) => (record === UNREADABLE ? [] : record.person_id));

const emailsOf = (records: readonly PersonRecord[]): string[] =>
  records.flatMap((record) => (record === UNREADABLE ? [] : (emailKey(record.email) ?? [])));
