import { editKey, editsTopic, readIdentityEdit, type Identity, type IdentityEdit } from './index';

const user: Identity = { kind: 'user', id: 'u1' };
const email: Identity = { kind: 'email', id: 'ana@acme.com' };
const said = { note: 'two people at one desk', author: 'ops@desk', decided_at: 5 };
const link: IdentityEdit = { kind: 'link', identity: user, other: email, ...said };
const unlink: IdentityEdit = { kind: 'unlink', identity: email, other: null, ...said };

it('is one partition that never expires', () => {
  expect(editsTopic('t.')).toMatchObject({ name: 't.identities.edits.v1', partitions: 1 });
  expect(editsTopic().config).toMatchObject({ 'retention.ms': '-1', 'retention.bytes': '-1' });
});

describe('the key of a decision', () => {
  it('names the two in either order, and the number of the decision about them', () => {
    expect(editKey(link, 0)).toBe('edit:0:[["email","ana@acme.com"],["user","u1"]]');
    expect(editKey({ identity: email, other: user }, 1)).toBe('edit:1:[["email","ana@acme.com"],["user","u1"]]');
    expect(editKey(unlink, 0)).toBe('edit:0:[["email","ana@acme.com"]]');
  });

  it('tells ids apart, whatever is in them', () => {
    const a = { identity: { kind: 'user', id: 'a"],["user","b' }, other: null };
    const b = { identity: { kind: 'user', id: 'a' }, other: { kind: 'user', id: 'b' } };
    expect(editKey(a, 0)).not.toBe(editKey(b, 0));
  });
});

describe('a reader of decisions', () => {
  it.each([
    ['a link', link],
    ['an unlink from everybody', unlink],
    ['an unlink of two', { ...unlink, other: user }],
    ['an identity of a kind that another version writes', { ...unlink, identity: { kind: 'device', id: 'd' } }],
  ])('reads %s as it was written', (_what, edit) => expect(readIdentityEdit(edit)).toEqual(edit));

  it('reads what a later version adds without it', () => {
    expect(readIdentityEdit({ ...link, v: 2, approved_by: 'eve' })).toEqual(link);
  });

  it('ignores a kind that it does not know', () => {
    expect(readIdentityEdit({ ...link, kind: 'rename' })).toBeUndefined();
    expect(readIdentityEdit({ kind: 'toString' })).toBeUndefined();
  });

  it.each([
    ['a link with nobody', { ...link, other: null }],
    ['an identity without an id', { ...unlink, identity: { kind: 'user', id: '' } }],
    ['no note', { ...unlink, note: undefined }],
  ])('throws for %s', (_what, edit) => expect(() => readIdentityEdit(edit)).toThrow());
});
