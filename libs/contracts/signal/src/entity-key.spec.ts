import fc from 'fast-check';

import {
  accountIdOf,
  DIRECT_INSTANCE,
  entityKey,
  isInstanceName,
  nameOfRecord,
  namesOfTombstone,
  ownIdOfAccount,
  ownIdOfPerson,
  parseEntityKey,
  personIdOf,
} from './entity-key';

it.each([
  ['direct', 'u1', 'u1'],
  ['direct', 'ana@b.co', 'ana@b.co'],
  ['direct', 'a/1', 'direct/a/1'],
  ['hubspot', '77', 'hubspot/77'],
  ['crm-eu', 'a/1', 'crm-eu/a/1'],
])('of %s the id %j has the key %j', (instance, id, key) => {
  expect(entityKey(instance, id)).toBe(key);
  expect(parseEntityKey(key)).toEqual({ instance, id });
});

it.each([
  ['HubSpot', '77'],
  ['', '77'],
  ['a/b', '77'],
  ['hubspot', ''],
])('there is no key of instance %j and id %j', (instance, id) => {
  expect(() => entityKey(instance, id)).toThrow(RangeError);
});

it.each(['u1', 'A/1', '/1', 'a/', '/', '', 'https://x/1', 'Ana/x@b.co'])('the key %j is an id of direct', (key) => {
  expect(parseEntityKey(key)).toEqual({ instance: DIRECT_INSTANCE, id: key });
});

it('every instance and id is read from its key, and no two have one key', () => {
  const instance = fc.constantFrom('direct', 'hubspot', 'crm-eu').filter(isInstanceName);
  const id = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('a/1', 'hubspot/1', 'direct/1', '/', 'x@y.z'));
  fc.assert(
    fc.property(instance, id, (given, of) => {
      expect(parseEntityKey(entityKey(given, of))).toEqual({ instance: given, id: of });
    }),
  );
});

it.each([
  ['u1', null, 'u1', 'direct', 'u1'],
  ['any key', null, 'u1', 'direct', 'u1'],
  ['x/1', null, 'x/1', 'direct', 'x/1'],
  ['hubspot/77', 'hubspot', '77', 'hubspot', '77'],
  ['77', 'hubspot', '77', 'hubspot', '77'],
  ['hubspot/77', null, '77', 'hubspot', '77'],
])('a record of key %j that says %j and %j is of %s, id %s', (key, says, id, instance, external) => {
  expect(nameOfRecord(key, { instance: says, id })).toEqual({ instance, id: external });
});

it.each([
  ['u1', [['direct', 'u1']]],
  ['direct/a/1', [['direct', 'a/1']]],
  [
    'hubspot/77',
    [
      ['hubspot', '77'],
      ['direct', 'hubspot/77'],
    ],
  ],
] as const)('a tombstone of %j is about everybody who may have been written with it', (key, names) => {
  expect(namesOfTombstone(key)).toEqual(names.map(([instance, id]) => ({ instance, id })));
});

it('own ids are those of direct and those that a system states; an e-mail is not one, of a person', () => {
  expect(ownIdOfPerson({ instance: 'direct', id: 'u1' }, 'other')).toBe('u1');
  expect(ownIdOfPerson({ instance: 'direct', id: 'ana@b.co' }, null)).toBeNull();
  expect(ownIdOfPerson({ instance: 'direct', id: 'ana@b.co' }, 'u1')).toBe('u1');
  expect(ownIdOfPerson({ instance: 'hubspot', id: 'u1' }, null)).toBeNull();
  expect(ownIdOfPerson({ instance: 'hubspot', id: '77' }, 'u1')).toBe('u1');
  expect(ownIdOfAccount({ instance: 'direct', id: 'a@b' }, null)).toBe('a@b');
  expect(ownIdOfAccount({ instance: 'hubspot', id: '77' }, null)).toBeNull();
});

it.each([
  ['direct', 'u1', null, 'x@y.z', 'u1'],
  ['direct', 'Ana@b.co', null, 'ana@b.co', 'Ana@b.co'],
  ['direct', 'ana@b.co', 'u1', 'ana@b.co', 'u1'],
  ['hubspot', 'u1', null, 'ana@b.co', 'ana@b.co'],
  ['hubspot', 'u1', 'u2', 'ana@b.co', 'u2'],
  ['hubspot', 'u1', null, null, 'hubspot/u1'],
])('a person of %s with id %j, own id %j and e-mail %j is called %j', (instance, id, own_id, email, called) => {
  expect(personIdOf({ instance, id }, { own_id, email })).toBe(called);
});

it('an account is called by its own id, else by its instance and id', () => {
  expect(accountIdOf({ instance: 'direct', id: 'acme' }, null)).toBe('acme');
  expect(accountIdOf({ instance: 'hubspot', id: 'acme' }, null)).toBe('hubspot/acme');
  expect(accountIdOf({ instance: 'hubspot', id: '9' }, 'acme')).toBe('acme');
});
