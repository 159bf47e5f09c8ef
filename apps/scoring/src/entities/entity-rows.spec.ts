import type { Account, Person } from '@millrace/contract-signal';

import { accountRow, peopleTable, personRow, registrableDomain } from './entity-rows';

it.each([
  ['mail.example.co.uk', 'example.co.uk'],
  ['ACME.com', 'acme.com'],
  ['alder-labs.example', 'alder-labs.example'],
  ['', null],
  [null, null],
])('the registrable domain of %s is %s', (host, domain) => {
  expect(registrableDomain(host)).toBe(domain);
});

it('a person has a normal e-mail, its registrable domain and instants', () => {
  const person = { person_id: 'u1', email: ' Ann@Mail.Acme.com ', created_at: null, updated_at: 1000 } as Person;
  expect(personRow(person)).toMatchObject({
    person_id: 'u1',
    email: 'ann@mail.acme.com',
    email_domain: 'acme.com',
    created_at: null,
    updated_at: '1970-01-01T00:00:01.000Z',
    is_deleted: false,
  });
});

it('an account has its registrable domain', () => {
  expect(
    accountRow({ account_id: 'a', domain: 'www.acme.com', created_at: 0, updated_at: 1 } as Account),
  ).toMatchObject({
    domain: 'acme.com',
    created_at: '1970-01-01T00:00:00.000Z',
  });
});

it('a tombstone deletes as of its append time', () => {
  expect(peopleTable.toRow({ deleted: 'u1', appendedAt: 5 })).toEqual({
    person_id: 'u1',
    updated_at: '1970-01-01T00:00:00.005Z',
    is_deleted: true,
  });
});

it.each([1795505635469000, -1e15, 2 ** 53 - 1])('an account of the time %d does not become a row', (updated_at) => {
  const account = { account_id: 'a', domain: null, created_at: null, updated_at } as Account;
  expect(() => accountRow(account)).toThrow(`updated_at ${updated_at} is not an instant`);
});
