import type { Account, Person } from '@millrace/contract-signal';

import { accountRow, peopleTable, personRow } from './entity-rows';

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

it.each([
  ['Ann <ann@acme.com>', null, null],
  ['ann@Bücher.de', 'ann@xn--bcher-kva.de', 'xn--bcher-kva.de'],
  ['ann@acme.uk.com', 'ann@acme.uk.com', 'acme.uk.com'],
  ['ann@server.local', 'ann@server.local', null],
  [null, null, null],
])('a person of the e-mail %j has %j at %j', (email, normal, domain) => {
  const person = { person_id: 'u1', email, created_at: null, updated_at: 1000 } as Person;
  expect(personRow(person)).toMatchObject({ email: normal, email_domain: domain });
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
