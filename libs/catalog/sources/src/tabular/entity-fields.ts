import type { Account, Person } from '@millrace/contract-signal';

import { field, type Field, type Table } from './table';
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
} from './values';

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

/** What can be brought in: its fields, and which of them names it. */
export const ENTITY_TABLES = {
  people: { rows: 'people', id: 'person_id', fields: personFields, needs: [['person_id', 'email']] },
  accounts: { rows: 'accounts', id: 'account_id', fields: accountFields, needs: [['account_id']] },
} as const satisfies Record<string, Table & { readonly id: string }>;

export type EntityName = keyof typeof ENTITY_TABLES;
