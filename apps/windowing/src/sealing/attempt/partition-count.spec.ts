import fc from 'fast-check';

import { countCovered, missingRuns } from './partition-count';

const runs = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 10 }))
    .map(([first, length]) => ({ first, last: first + length })),
);

it('what is missing and what is covered is what a list of offsets says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 30 }), runs, (from, length, present) => {
      const to = from + length;
      const offsets = Array.from({ length }, (_, i) => from + i);
      const isPresent = (offset: number): boolean =>
        present.some(({ first, last }) => first <= offset && offset <= last);
      const missing = missingRuns(from, to, present).flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, i) => first + i),
      );
      expect(missing).toEqual(offsets.filter((offset) => !isPresent(offset)));
      expect(countCovered(from, to, present)).toBe(offsets.filter(isPresent).length);
    }),
  );
});
