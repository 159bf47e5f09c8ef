import { createAccount, createPerson, type Account, type Person } from '@millrace/contract-signal';

import { accountRow, accountsTable, peopleTable, personRow, type LandedRecord } from './entity-rows';

const PLACE = { partition: 1, offset: 7, appendedAt: 5 };

const personRecord = (person: Partial<Person> & { readonly person_id: string }): LandedRecord<Person> => ({
  ...PLACE,
  name: { instance: person.instance ?? 'direct', id: person.person_id },
  entity: createPerson({ updated_at: 1000, ...person }),
});
const accountRecord = (account: Partial<Account> & { readonly account_id: string }): LandedRecord<Account> => ({
  ...PLACE,
  name: { instance: account.instance ?? 'direct', id: account.account_id },
  entity: createAccount({ updated_at: 1000, ...account }),
});

it('a person has a normal e-mail, its registrable domain and instants', () => {
  expect(personRow(personRecord({ person_id: 'u1', email: ' Ann@Mail.Acme.com ' }))).toMatchObject({
    external_id: 'u1',
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
  expect(personRow(personRecord({ person_id: 'u1', email }))).toMatchObject({ email: normal, email_domain: domain });
});

it('an account has its registrable domain', () => {
  expect(accountRow(accountRecord({ account_id: 'a', domain: 'www.acme.com', created_at: 0 }))).toMatchObject({
    domain: 'acme.com',
    created_at: '1970-01-01T00:00:00.000Z',
  });
});

it('a record of before instances is of direct, by the id that it always had', () => {
  expect(personRow(personRecord({ person_id: 'u1' }))).toMatchObject({
    instance: 'direct',
    external_id: 'u1',
    own_id: 'u1',
    partition: 1,
    offset: 7,
    appended_at: '1970-01-01T00:00:00.005Z',
    merged_into: null,
  });
  expect(personRow(personRecord({ person_id: 'ann@acme.com' }))).toMatchObject({ own_id: null });
  expect(accountRow(accountRecord({ account_id: 'a' }))).toMatchObject({ instance: 'direct', own_id: 'a' });
});

it('a record of an instance keeps its id there, and has an own id only where it states one', () => {
  const given = { instance: 'hubspot', deleted: true, merged_into: '78' };
  expect(personRow(personRecord({ person_id: 'u1', ...given }))).toMatchObject({
    instance: 'hubspot',
    external_id: 'u1',
    own_id: null,
    is_deleted: true,
    is_erased: false,
    merged_into: '78',
  });
  expect(personRow(personRecord({ person_id: '77', own_id: 'u1', ...given }))).toMatchObject({ own_id: 'u1' });
  expect(accountRow(accountRecord({ account_id: '9', own_id: '', ...given }))).toMatchObject({ own_id: null });
});

it('a record of what is not an instance does not become a row', () => {
  expect(() => personRow(personRecord({ person_id: '1', instance: 'HubSpot' }))).toThrow('instance "HubSpot" is not');
});

it.each([
  ['person', peopleTable],
  ['account', accountsTable],
] as const)('a tombstone of a %s deletes as of its append time', (_one, table) => {
  expect(table.toRow({ ...PLACE, name: { instance: 'direct', id: 'u1' }, entity: null })).toEqual({
    instance: 'direct',
    external_id: 'u1',
    partition: 1,
    offset: 7,
    appended_at: '1970-01-01T00:00:00.005Z',
    updated_at: '1970-01-01T00:00:00.005Z',
    own_id: 'u1',
    is_deleted: true,
    is_erased: true,
  });
});

it.each([1795505635469000, -1e15, 2 ** 53 - 1])('an account of the time %d does not become a row', (updated_at) => {
  expect(() => accountRow(accountRecord({ account_id: 'a', updated_at }))).toThrow(
    `updated_at ${updated_at} is not an instant`,
  );
});
