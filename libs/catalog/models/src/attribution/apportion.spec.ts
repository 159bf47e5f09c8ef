import fc from 'fast-check';

import { apportion } from './apportion';

it.each<[string, bigint, bigint[], bigint[]]>([
  ['equal remainders go to whoever comes first', 100n, [1n, 1n, 1n], [34n, 33n, 33n]],
  ['the largest remainder comes first', 10n, [1n, 5n], [2n, 8n]],
  ['a weight of 0 gets nothing', 7n, [0n, 2n, 0n], [0n, 7n, 0n]],
  ['without weights there is nothing', 0n, [0n, 0n], [0n, 0n]],
  ['nobody is nobody', 5n, [], []],
])('%s', (_name, amount, weights, expected) => {
  expect(apportion(amount, weights)).toEqual(expected);
});

it('parts add up exactly, each within one of its share', () => {
  const weights = fc.array(fc.bigInt(0n, 10n ** 30n), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 15n), weights, (amount, given) => {
      const sum = given.reduce((total, weight) => total + weight, 0n);
      fc.pre(sum > 0n);
      const parts = apportion(amount, given);
      expect(parts.reduce((total, part) => total + part, 0n)).toBe(amount);
      for (const [index, part] of parts.entries()) {
        const off = part * sum - amount * (given[index] ?? 0n);
        expect(off > -sum && off < sum).toBe(true);
      }
    }),
  );
});
