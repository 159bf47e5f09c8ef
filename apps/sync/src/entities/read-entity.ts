import {
  accountIdOf,
  DIRECT_INSTANCE,
  nameOfRecord,
  personIdOf,
  type Account,
  type Person,
} from '@millrace/contract-signal';
import { normalEmail } from '@millrace/identity';

import { GONE, type KnownAccount, type KnownPerson } from './known-entities';

/** Fields of the records that are read; what else a writer wrote is skipped, not decoded. */
export const PERSON_FIELDS = [
  'person_id',
  'email',
  'account_id',
  'consent',
  'do_not_sync',
  'created_at',
  'instance',
  'own_id',
  'deleted',
] as const satisfies readonly (keyof Person)[];
export const ACCOUNT_FIELDS = [
  'account_id',
  'domain',
  'tier',
  'is_target',
  'owner',
  'created_at',
  'instance',
  'own_id',
  'deleted',
  'merged_into',
] as const satisfies readonly (keyof Account)[];

export type ReadPerson = Pick<Person, (typeof PERSON_FIELDS)[number]>;
export type ReadAccount = Pick<Account, (typeof ACCOUNT_FIELDS)[number]>;

/**
 * What is kept of a person's record, named as scores name them: a million are held, so that nothing else stays. Deleted takes back
 * what the instance said. A merged record still counts: what it forbids may not have reached the other yet. Never throws: one strange record must not hold up the others.
 */
export function readPerson(key: string, record: ReadPerson): KnownPerson | typeof GONE {
  if (record.deleted) return GONE;
  const { person_id: id, email, account_id, consent, do_not_sync, created_at } = record;
  const name = nameOfRecord(key, { instance: record.instance, id });
  const person_id = personIdOf(name, { own_id: record.own_id || null, email: normalEmail(email) });
  const isOwn = name.instance === DIRECT_INSTANCE || !account_id;
  return {
    person_id,
    email,
    account_id: isOwn ? account_id : `${name.instance}/${account_id}`,
    consent,
    do_not_sync,
    created_at,
  };
}

/** What is kept of an account's record. One that was merged into another is gone like a deleted one. */
export function readAccount(key: string, record: ReadAccount): KnownAccount | typeof GONE {
  if (record.deleted || record.merged_into) return GONE;
  const { account_id: id, domain, tier, is_target, owner, created_at } = record;
  const account_id = accountIdOf(nameOfRecord(key, { instance: record.instance, id }), record.own_id || null);
  return { account_id, domain, tier, is_target, owner, created_at };
}
