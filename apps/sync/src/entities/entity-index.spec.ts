import { emailKey } from '@millrace/identity';
import fc from 'fast-check';

import { EntityIndex } from './entity-index';
import { UNREADABLE, type KnownAccount, type KnownPerson, type PersonRecord } from './known-entities';

const person = (values: Partial<KnownPerson>): KnownPerson => ({
  person_id: 'p',
  email: null,
  account_id: null,
  consent: null,
  do_not_sync: false,
  created_at: null,
  ...values,
});

describe('whatever the order of changes, the index finds what a search of the newest records finds', () => {
  const id = fc.constantFrom('a', 'b', 'x/1', 'a@m.test', 'B@m.test');
  const email = fc.constantFrom(
    null,
    'a@m.test',
    'A@M.test',
    'b@m.test',
    ' b@m.TEST.',
    'not <an@address>',
    'Not <an@Address>',
  );
  const change = fc.record({
    key: id,
    record: fc.oneof(
      fc.record({ person_id: id, email, do_not_sync: fc.boolean() }).map((values) => person(values)),
      fc.constant(UNREADABLE),
      fc.constant(undefined),
    ),
  });

  it('holds for people', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const index = new EntityIndex();
        const newest = new Map<string, { record: PersonRecord; last: KnownPerson | undefined }>();
        for (const { key, record } of changes) {
          index.setPerson(key, record);
          const last = record === UNREADABLE ? newest.get(key)?.last : record;
          if (record === undefined) newest.delete(key);
          else newest.set(key, { record, last });
        }
        const emailsOf = (key: string, last: KnownPerson | undefined): (string | null)[] =>
          [key, last?.person_id ?? '', last?.email ?? '']
            .filter((text) => text.includes('@'))
            .map((text) => emailKey(text));
        for (const address of ['a@m.test', 'b@m.test', 'not <an@address>']) {
          const expected = [...newest].flatMap(([key, { record, last }]) =>
            emailsOf(key, last).includes(address) ? record : [],
          );
          expect(sorted(index.people([], [address]))).toEqual(sorted(expected));
        }
        for (const wanted of ['a', 'b', 'x/1']) {
          const expected = [...newest].flatMap(([key, { record, last }]) =>
            key === wanted || last?.person_id === wanted ? record : [],
          );
          expect(sorted(index.people([wanted], []))).toEqual(sorted(expected));
        }
      }),
    );
  });
});

const sorted = (records: readonly PersonRecord[]): string[] => records.map((one) => JSON.stringify(one)).sort();

it('takes of several accounts on a domain the oldest with an owner, and forgets who left it', () => {
  const account = (account_id: string, values: Partial<KnownAccount> = {}): KnownAccount => ({
    account_id,
    domain: 'acme.example',
    tier: null,
    is_target: false,
    owner: null,
    created_at: null,
    ...values,
  });
  const index = new EntityIndex();
  const at = (): string | undefined => index.accountByDomain(' ACME.example.')?.account_id;
  index.setAccount('c', account('c'));
  index.setAccount('b', account('b'));
  expect(at()).toBe('b');
  expect(index.accountByDomain('www.acme.example')?.account_id).toBe('b');
  index.setAccount('d', account('d', { created_at: 5 }));
  expect(at()).toBe('d');
  index.setAccount('e', account('e', { owner: 'Eve', created_at: 9 }));
  expect(at()).toBe('e');
  index.setAccount('e', account('e', { owner: 'Eve', domain: 'else.example' }));
  expect(at()).toBe('d');
  index.setAccount('d', undefined);
  expect(at()).toBe('b');
});
