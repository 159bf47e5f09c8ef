import type { Account, Person } from '@millrace/contract-signal';
import { domainOfEmail, normalEmail, registrableDomain } from '@millrace/identity';
import { asInstant, type RecordTable } from '@millrace/platform-clickhouse';

/** A deletion of what its topic's key names. */
export interface Tombstone {
  readonly deleted: string;
  readonly appendedAt: number;
}

const times = ({ created_at, updated_at }: Pick<Person, 'created_at' | 'updated_at'>) => ({
  created_at: created_at === null ? null : asInstant('created_at', created_at),
  updated_at: asInstant('updated_at', updated_at),
});

/** A row of `people_versions`. */
export function personRow(person: Person): object {
  const email = normalEmail(person.email);
  return {
    ...person,
    email,
    email_domain: email === null ? null : registrableDomain(domainOfEmail(email)),
    ...times(person),
    is_deleted: false,
  };
}

/** A row of `accounts_versions`. */
export function accountRow(account: Account): object {
  return {
    ...account,
    domain: registrableDomain(account.domain),
    ...times(account),
    is_deleted: false,
  };
}

/** A tombstone's version is its append time: it deletes what was written before it, by the CRM's clock. */
const tombstoneRow = (idColumn: 'person_id' | 'account_id', { deleted, appendedAt }: Tombstone): object => ({
  [idColumn]: deleted,
  updated_at: asInstant('updated_at', appendedAt),
  is_deleted: true,
});

/** Versions of entities.people.v1. */
export const peopleTable: RecordTable<Person | Tombstone> = {
  table: 'people_versions',
  toRow: (entity) => ('deleted' in entity ? tombstoneRow('person_id', entity) : personRow(entity)),
};

/** Versions of entities.accounts.v1. */
export const accountsTable: RecordTable<Account | Tombstone> = {
  table: 'accounts_versions',
  toRow: (entity) => ('deleted' in entity ? tombstoneRow('account_id', entity) : accountRow(entity)),
};

export const RECORD_TABLES = [peopleTable, accountsTable] as const;
