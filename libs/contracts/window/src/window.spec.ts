import fc from 'fast-check';

import { closedBefore, isClosed, latestClosable, windowStartOf } from './window';

const sizes = fc.constantFrom(900_000, 1_800_000, 3_600_000);
const instants = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2090, 0, 1) });
const graces = fc.integer({ min: 0, max: 86_400_000 });

it('a window holds the instants from its start to before its end', () => {
  fc.assert(
    fc.property(instants, sizes, (instant, size) => {
      const start = windowStartOf(instant, size);
      expect(start % size).toBe(0);
      expect(start <= instant && instant < start + size).toBe(true);
    }),
  );
});

it('windows that start before the bound are closed, the others are not', () => {
  fc.assert(
    fc.property(instants, sizes, graces, (closedThrough, sizeMs, graceMs) => {
      const settings = { sizeMs, graceMs };
      const bound = closedBefore(closedThrough, settings);
      expect(isClosed(bound - sizeMs, closedThrough, settings)).toBe(true);
      expect(isClosed(bound, closedThrough, settings)).toBe(false);
    }),
  );
});

it('the latest closable T is a boundary plus grace that the clock has passed by the skew, and the newest such', () => {
  fc.assert(
    fc.property(instants, sizes, graces, fc.integer({ min: 0, max: 10_000 }), (now, sizeMs, graceMs, skew) => {
      const settings = { sizeMs, graceMs };
      const closedThrough = latestClosable(now, skew, settings);
      expect((closedThrough - graceMs) % sizeMs === 0).toBe(true);
      expect(closedThrough + skew <= now && now < closedThrough + skew + sizeMs).toBe(true);
      expect(closedBefore(closedThrough, settings)).toBe(closedThrough - graceMs);
    }),
  );
});
