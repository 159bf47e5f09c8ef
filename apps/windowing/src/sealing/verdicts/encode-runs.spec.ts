import fc from 'fast-check';

import { decodeRuns, encodeRuns } from './encode-runs';

/** Ascending runs from pairs of gap and length. */
const runs = fc.array(fc.tuple(fc.nat({ max: 2 ** 40 }), fc.nat({ max: 2 ** 20 })), { maxLength: 50 }).map((pairs) => {
  let next = 0;
  return pairs.map(([gap, length]) => {
    const first = next + gap;
    next = first + length + 1;
    return { first, last: first + length };
  });
});

it('what is encoded is decoded', () => {
  fc.assert(fc.property(runs, (given) => expect(decodeRuns(encodeRuns(given))).toEqual(given)));
});

it('a million offsets of which every other is quarantined fit into a record', () => {
  const every = Array.from({ length: 500_000 }, (_, i) => ({ first: 2 * i, last: 2 * i }));
  expect(encodeRuns(every).length).toBeLessThan(10_000);
});

it('refuses runs that are out of order', () => {
  const twice = [
    { first: 5, last: 9 },
    { first: 9, last: 9 },
  ];
  expect(() => encodeRuns(twice)).toThrow('the run 9-9 is out of order');
});
