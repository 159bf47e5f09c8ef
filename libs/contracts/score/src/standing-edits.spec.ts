import { rootOf, standingEdits, type Identity, type IdentityEdit } from './index';

const KINDS: Readonly<Record<string, string>> = { u: 'user', e: 'email', x: 'external', a: 'anonymous', d: 'device' };

/** `u1` is a user id, `e1` an e-mail, `x1` a record, `a1` an anonymous id, `d1` of a kind that is not known. */
const named = (id: string): Identity => ({ kind: KINDS[id.charAt(0)] ?? '', id });
const said = { note: '', author: '', decided_at: 0 };

/** `a1+u1` links, `a1-u1` unlinks, `a1-` unlinks from everybody. */
const read = (text: string): IdentityEdit => {
  const [identity = '', other = ''] = text.split(/[+-]/);
  if (text.includes('+')) return { kind: 'link', identity: named(identity), other: named(other), ...said };
  return { kind: 'unlink', identity: named(identity), other: other === '' ? null : named(other), ...said };
};
const standing = (...texts: string[]) => {
  const { follows, apart, cuts } = standingEdits(texts.map(read));
  return {
    follows: follows.map(({ identity, to }) => `${identity.id}>${to.id}`).sort(),
    apart: apart.map(({ id }) => id).sort(),
    cuts: cuts.map(({ identity, to }) => `${identity.id}|${to.id}`).sort(),
  };
};
const NOTHING = { follows: [], apart: [], cuts: [] };

describe('links', () => {
  it.each([
    ['the weaker follows the stronger', ['u1+a1'], ['a1>u1']],
    ['whichever is named first', ['a1+u1'], ['a1>u1']],
    ['of one kind the second follows the first', ['e1+e2'], ['e2>e1']],
    ['linked ones are one', ['a1+e1', 'e1+x1', 'x2+x1'], ['a1>e1', 'x1>e1', 'x2>e1']],
    ['and follow the user id that any of them is linked to', ['a1+e1', 'e2+e1', 'e2+u1'], ['a1>u1', 'e1>u1', 'e2>u1']],
    ['the same again changes nothing', ['a1+u1', 'u1+a1'], ['a1>u1']],
    ['a circle of links joins all of them once', ['e1+e2', 'e2+e3', 'e3+e1'], ['e2>e1', 'e3>e1']],
    ['user ids never join', ['u1+u2'], []],
    ['user ids never join by way of others', ['a1+u1', 'a1+u2'], ['a1>u1']],
    ['anonymous ids alone say nothing', ['a1+a2'], []],
    ['a kind that is not known says nothing', ['d1+u1'], []],
  ])('%s', (_what, edits, follows) => expect(standing(...edits)).toEqual({ ...NOTHING, follows }));
});

describe('unlinks', () => {
  it.each([
    ['cut two in both orders', ['a1-u1'], { cuts: ['a1|u1', 'u1|a1'] }],
    ['set one apart', ['a1-'], { apart: ['a1'] }],
    ['end the link of the two', ['a1+u1', 'u1-a1'], { cuts: ['a1|u1', 'u1|a1'] }],
    ['end every link of one that is set apart', ['a1+u1', 'a2+u1', 'a1-'], { apart: ['a1'], follows: ['a2>u1'] }],
    [
      'let the others keep what they have',
      ['a1+e1', 'e1+u1', 'e1-u1'],
      { cuts: ['e1|u1', 'u1|e1'], follows: ['a1>e1'] },
    ],
    ['are undone by linking the two', ['a1-u1', 'a1+u1'], { follows: ['a1>u1'] }],
    ['of one are undone by linking it', ['a1-', 'a1+u1'], { follows: ['a1>u1'] }],
    ['of the stronger are not: it follows nobody by that', ['x1-', 'a1+x1'], { apart: ['x1'], follows: ['a1>x1'] }],
    ['of two say nothing about others', ['a1-u1', 'a1+u2'], { cuts: ['a1|u1', 'u1|a1'], follows: ['a1>u2'] }],
    ['let a link count that could not', ['a1+u1', 'a1+u2', 'a1-u1'], { cuts: ['a1|u1', 'u1|a1'], follows: ['a1>u2'] }],
  ])('%s', (_what, edits, expected) => expect(standing(...edits)).toEqual({ ...NOTHING, ...expected }));
});

it('says which decisions still count', () => {
  const edits = ['a1+u1', 'a1-u1', 'a2+u1', 'a2+u2', 'e1-', 'e1+u1'].map(read);
  const { counting } = standingEdits(edits);
  expect(edits.map((edit) => counting.has(edit))).toEqual([false, true, true, false, false, true]);
});

it('names what an identity follows, itself if nothing', () => {
  const all = standingEdits(['a1+e1', 'e1+u1'].map(read));
  expect([named('a1'), named('u1'), named('a2')].map((one) => rootOf(all, one).id)).toEqual(['u1', 'u1', 'a2']);
});
