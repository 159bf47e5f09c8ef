import { createAccount, createPerson, entityKey, type Account, type Person } from '@millrace/contract-signal';

import { EntityIndex } from './entity-index';
import { choosePerson, GONE } from './known-entities';
import { readAccount, readPerson } from './read-entity';
import { restrictionOf } from './restriction';

/** The index after records of the topics, in their order. */
class Records {
  readonly index = new EntityIndex();

  person(id: string, values: Partial<Person> = {}): this {
    const key = entityKey(values.instance ?? 'direct', id);
    const read = readPerson(key, createPerson({ person_id: id, updated_at: 1, ...values }));
    this.index.setPerson(key, read === GONE ? undefined : read);
    return this;
  }

  account(id: string, values: Partial<Account> = {}): this {
    const key = entityKey(values.instance ?? 'direct', id);
    const read = readAccount(key, createAccount({ account_id: id, updated_at: 1, ...values }));
    this.index.setAccount(key, read === GONE ? undefined : read);
    return this;
  }

  restriction(userId: string, ...emails: string[]): string | null {
    return restrictionOf({ ids: [userId], emails }, this.index);
  }
}

const HUBSPOT = { instance: 'hubspot', own_id: 'u1' };

it('a flag counts while any instance says so, and goes when that instance takes it back or deletes the person', () => {
  const records = new Records().person('u1').person('77', { ...HUBSPOT, do_not_sync: true });
  expect(records.restriction('u1')).toBe('do_not_sync');
  expect(records.person('u1', { do_not_sync: false }).restriction('u1')).toBe('do_not_sync');
  expect(records.person('77', HUBSPOT).restriction('u1')).toBeNull();
  records.person('77', { ...HUBSPOT, do_not_sync: true });
  expect(records.restriction('u1')).toBe('do_not_sync');
  expect(records.person('77', { ...HUBSPOT, do_not_sync: true, deleted: true }).restriction('u1')).toBeNull();
  expect(records.person('77', { ...HUBSPOT, consent: 'unsubscribed' }).restriction('u1')).toBe('unsubscribed');
});

it('what a merged record forbids still counts', () => {
  const records = new Records().person('77', { ...HUBSPOT, do_not_sync: true, merged_into: '78' });
  expect(records.restriction('u1')).toBe('do_not_sync');
});

it('an id of another system that equals the own id of a person says nothing about them', () => {
  const records = new Records().person('u1').person('u1', { instance: 'hubspot', do_not_sync: true });
  expect(records.restriction('u1')).toBeNull();
  expect(records.restriction('hubspot/u1')).toBe('do_not_sync');
  records.person('u1', { instance: 'hubspot', email: 'Ann@acme.test', do_not_sync: true });
  expect(records.restriction('other', 'ann@acme.test')).toBe('do_not_sync');
});

it('a record of what is not an instance is read all the same: it may forbid something', () => {
  const odd = createPerson({ person_id: '77', updated_at: 1, instance: 'Hub Spot', own_id: 'u1', account_id: '9' });
  expect(readPerson('77', { ...odd, do_not_sync: true })).toMatchObject({ person_id: 'u1', do_not_sync: true });
});

it('a record that names no instance is of the one in its key', () => {
  const old = createPerson({ person_id: 'u1', updated_at: 1 });
  expect(readPerson('u1', old)).toMatchObject({ person_id: 'u1' });
  expect(readPerson('hubspot/u1', old)).toMatchObject({ person_id: 'hubspot/u1' });
  expect(readPerson('x/1', createPerson({ person_id: 'x/1', updated_at: 1 }))).toMatchObject({ person_id: 'x/1' });
});

it('a person is one with the fields of all their records, known by their own id', () => {
  const records = new Records()
    .account('9', { instance: 'hubspot', own_id: 'acme', tier: 'enterprise' })
    .account('acme', { domain: 'acme.test' })
    .person('77', { ...HUBSPOT, email: 'ann@acme.test', account_id: '9', created_at: 1 })
    .person('78', { instance: 'hubspot', email: 'ann@acme.test', created_at: 0 })
    .person('u1', { created_at: 2 });
  const person = choosePerson(records.index.people([], ['ann@acme.test']), null);
  expect(person).toMatchObject({ person_id: 'u1', email: 'ann@acme.test', account_id: 'hubspot/9' });
  expect(records.index.account('hubspot/9')).toMatchObject({ account_id: 'acme', tier: 'enterprise' });
});

it('an account has the tier that an instance says, and is a target if any says so', () => {
  const records = new Records()
    .account('acme', { domain: 'acme.example', owner: 'Eve' })
    .account('9', { instance: 'hubspot', own_id: 'acme', tier: 'mid', is_target: true })
    .account('acme', { instance: 'zoho', tier: 'smb' });
  const both = { account_id: 'acme', owner: 'Eve', tier: 'mid', is_target: true };
  expect(records.index.account('acme')).toMatchObject(both);
  expect(records.index.accountByDomain('acme.example')).toMatchObject(both);
  records.account('9', { instance: 'hubspot', own_id: 'acme', merged_into: '10' });
  expect(records.index.account('acme')).toMatchObject({ tier: null, is_target: false });
  expect(records.index.account('zoho/acme')).toMatchObject({ account_id: 'zoho/acme', tier: 'smb' });
});
