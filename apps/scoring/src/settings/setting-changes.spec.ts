import fc from 'fast-check';

import { changesInWords, settingChanges } from './setting-changes';

it.each([
  ['nothing', { a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }, ''],
  ['a number', { weights: { demo: 14 } }, { weights: { demo: 20 } }, 'weights.demo 14 -> 20'],
  ['a key that is new or gone', { a: 1 }, { b: 'x' }, 'a 1 -> nothing, b nothing -> "x"'],
  ['an item of a list', { rules: [{ w: 1 }, { w: 2 }] }, { rules: [{ w: 1 }, { w: 3 }] }, 'rules.1.w 2 -> 3'],
  ['a branch that became a leaf', { a: { b: 1 } }, { a: null }, 'a {"b":1} -> null'],
  ['many', { a: [1, 2, 3] }, { a: [4, 5, 6] }, 'a.0 1 -> 4, a.1 2 -> 5, and 1 more'],
])('says %s', (_title, before, after, words) => {
  expect(changesInWords(settingChanges(before, after), 2)).toBe(words);
});

it('finds nothing between equal settings and something between others', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      const isEqual = settingChanges(before, after).length === 0;
      expect(settingChanges(before, structuredClone(before))).toEqual([]);
      // An empty list and an empty object hold nothing that could differ.
      if (isEqual && typeof before !== 'object') expect(after).toEqual(before);
    }),
  );
});
