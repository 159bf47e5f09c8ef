import type { Account, Person } from '@millrace/contract-signal';
import { parse } from 'tldts';

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** Registrable domain (example.co.uk of mail.example.co.uk), lower case; null when there is none. */
export function registrableDomain(host: string | null): string | null {
  if (host === null || host.trim() === '') return null;
  return parse(host.trim().toLowerCase(), { allowPrivateDomains: false }).domain;
}

const normalEmail = (email: string | null): string | null => {
  const text = email?.trim().toLowerCase() ?? '';
  return text === '' ? null : text;
};

/** A row of `people_versions`. */
export function personRow(person: Person): object {
  const email = normalEmail(person.email);
  return {
    ...person,
    email,
    email_domain: registrableDomain(email?.split('@')[1] ?? null),
    created_at: instant(person.created_at),
    updated_at: instant(person.updated_at),
    is_deleted: false,
  };
}

/** A row of `accounts_versions`. */
export function accountRow(account: Account): object {
  return {
    ...account,
    domain: registrableDomain(account.domain) ?? account.domain?.toLowerCase() ?? null,
    created_at: instant(account.created_at),
    updated_at: instant(account.updated_at),
    is_deleted: false,
  };
}

/** A tombstone's version is its append time: it deletes what was written before it, by the CRM's clock. */
export const tombstoneRow = (idColumn: 'person_id' | 'account_id', id: string, appendedAt: number): object => ({
  [idColumn]: id,
  updated_at: instant(appendedAt),
  is_deleted: true,
});
