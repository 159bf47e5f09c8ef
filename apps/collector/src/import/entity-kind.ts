import {
  ACCOUNT_SCHEMA,
  accountType,
  PERSON_SCHEMA,
  personType,
  type Account,
  type Person,
} from '@millrace/contract-signal';

import {
  readCount,
  readCountry,
  readDate,
  readDomain,
  readEmail,
  readFlag,
  readId,
  readInstant,
  readLowerCase,
  readNumber,
  readOneOf,
  readText,
  readVersion,
  readWord,
  type ReadCell,
} from './values';

/** One field that a file may hold. */
export interface Field {
  readonly read: ReadCell<string | number | boolean>;
  /** Other spellings of its column; case, spaces, `_` and `-` make no difference. */
  readonly aliases: readonly string[];
  /** Value of an empty cell. */
  readonly empty: null | false;
}

const field = (read: Field['read'], ...aliases: string[]): Field => ({ read, aliases, empty: null });
const flag = (...aliases: string[]): Field => ({ read: readFlag, aliases, empty: false });
const tier = field(readOneOf('not_a_tier', ['strategic', 'enterprise', 'mid', 'smb', 'none']), 'account tier');

const shared = {
  owner: field(readText, 'owner email', 'account owner'),
  created_at: field(readInstant, 'created', 'create date', 'created date'),
  updated_at: field(readVersion, 'updated', 'last modified', 'last modified date', 'last modified at'),
  own_id: field(readId),
  merged_into: field(readId, 'merged into id'),
  /** Of `direct` not a field of the record: a deleted row becomes a tombstone. */
  deleted: flag('is deleted'),
} as const;

const personFields = {
  person_id: field(readId, 'id', 'user id', 'contact id'),
  email: field(readEmail, 'e-mail', 'email address', 'mail'),
  account_id: field(readId, 'company id'),
  name: field(readText, 'full name', 'display name'),
  title: field(readText, 'job title'),
  seniority: field(readWord),
  department: field(readText),
  consent: field(readOneOf('not_a_consent', ['subscribed', 'unsubscribed', 'unknown'])),
  tier,
  lifecycle_stage: field(readWord, 'stage'),
  do_not_score: flag(),
  do_not_sync: flag(),
  ...shared,
} as const satisfies Record<Exclude<keyof Person, 'instance'>, Field>;

const accountFields = {
  account_id: field(readId, 'id', 'company id'),
  name: field(readText, 'company', 'company name', 'account name'),
  domain: field(readDomain, 'website', 'company domain'),
  industry: field(readLowerCase),
  employees: field(readCount, 'number of employees', 'employee count'),
  revenue: field(readNumber, 'annual revenue'),
  country: field(readCountry, 'country code'),
  tier,
  is_target: flag('target', 'target account'),
  plan: field(readText),
  seats: field(readCount),
  arr: field(readNumber),
  renewal_on: field(readDate, 'renewal date'),
  csm: field(readText),
  ...shared,
} as const satisfies Record<Exclude<keyof Account, 'instance'>, Field>;

/** What can be imported: its fields, its topic and its schema. */
export const ENTITY_KINDS = {
  people: { id: 'person_id', fields: personFields, schema: PERSON_SCHEMA, type: personType, one: 'person' },
  accounts: { id: 'account_id', fields: accountFields, schema: ACCOUNT_SCHEMA, type: accountType, one: 'account' },
} as const;

export type EntityName = keyof typeof ENTITY_KINDS;

export const fieldsOf = (kind: EntityName): Readonly<Record<string, Field>> => ENTITY_KINDS[kind].fields;
