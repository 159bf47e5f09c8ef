import { nameOf, parseIdentity } from './identity-name';

it.each([
  ['user:u1', 'user', 'u1', 'user:u1'],
  ['user:a/b@c', 'user', 'a/b@c', 'user:a/b@c'],
  ['anonymous:0b6a-1', 'anonymous', '0b6a-1', 'anonymous:0b6a-1'],
  [' Ana@Acme.com ', 'email', 'ana@acme.com', 'ana@acme.com'],
  ['email:crm/ana@acme.com', 'email', 'crm/ana@acme.com', 'crm/ana@acme.com'],
  ['hubspot/77', 'external', 'hubspot/77', 'hubspot/77'],
  ['hubspot/ana@acme.com', 'external', 'hubspot/ana@acme.com', 'hubspot/ana@acme.com'],
  ['direct/u1', 'user', 'u1', 'user:u1'],
  ['direct/Ana@acme.com', 'email', 'ana@acme.com', 'ana@acme.com'],
])('%s is the %s %s, shown as %s', (typed, kind, id, shown) => {
  expect(parseIdentity(typed)).toEqual({ kind, id });
  expect(nameOf({ kind, id })).toBe(shown);
});

it.each([
  ['u1', /"u1" is not an identity: write user:<id>, anonymous:<id>, <instance>\/<id> or an e-mail/],
  ['user:', /has no id behind user:/],
  ['hubspot/', /is not an identity/],
  ['Hub Spot/7', /is not an identity/],
  ['ana@acme', /is not an identity/],
  ['', /is not an identity/],
  [`user:${'x'.repeat(600)}`, /at most 512 characters/],
])('%s is refused', (typed, why) => expect(() => parseIdentity(typed)).toThrow(why));
