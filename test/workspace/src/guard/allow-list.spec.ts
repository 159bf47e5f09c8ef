import { compare, HOLDS } from './allow-list';

it.each([
  ['what is found is on the list', ['a', 'b'], HOLDS],
  ['one more is found', ['a', 'c', 'b'], { refused: ['c'], notNeeded: [] }],
  ['one is not found any more', ['b'], { refused: [], notNeeded: ['a'] }],
])('%s', (_what, found, comparison) => {
  expect(compare(found, { engine: ['a'], demo: ['b'] })).toEqual(comparison);
});
