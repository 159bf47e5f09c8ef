import fc from 'fast-check';

import { separateRefused } from './separate-refused';

class Refusal extends Error {}
class Away extends Error {}

/** A store that refuses a whole call for one bad item, as ClickHouse does. */
function createStore(bad: ReadonlySet<number>) {
  const stored: number[] = [];
  let calls = 0;
  return {
    stored,
    calls: () => calls,
    insert: async (items: readonly number[]): Promise<void> => {
      calls += 1;
      if (items.some((item) => bad.has(item))) throw new Refusal();
      stored.push(...items);
    },
    isRefusal: (error: unknown): boolean => error instanceof Refusal,
  };
}

it('stores all but exactly the refused, each once and in order, in a bounded number of calls', async () => {
  const batches = fc
    .integer({ min: 0, max: 300 })
    .chain((size) => fc.tuple(fc.constant(size), fc.subarray(Array.from({ length: size }, (_, item) => item))));
  await fc.assert(
    fc.asyncProperty(batches, async ([size, bad]) => {
      const items = Array.from({ length: size }, (_, item) => item);
      const store = createStore(new Set(bad));
      const refused = await separateRefused(items, store);
      expect(refused.map(({ item }) => item)).toEqual(bad);
      expect(store.stored).toEqual(items.filter((item) => !bad.includes(item)));
      const bisecting = 2 * bad.length * Math.ceil(Math.log2(Math.max(2, size)));
      expect(store.calls()).toBeLessThanOrEqual(Math.min(1 + bisecting, Math.max(1, 2 * size)));
    }),
    { numRuns: 300 },
  );
});

it.each([
  ['nothing', 0, [], 0],
  ['a batch without a bad item', 10_000, [], 1],
  ['one bad item of ten thousand', 10_000, [7_777], 29],
  ['a batch of one bad item', 1, [0], 1],
])('needs for %s as many calls as it says', async (_name, size, bad, most) => {
  const store = createStore(new Set(bad as number[]));
  await separateRefused(
    Array.from({ length: size }, (_, item) => item),
    store,
  );
  expect(store.calls()).toBeLessThanOrEqual(most);
});

it('ends at a failure that is not a refusal and sets nothing apart', async () => {
  const store = createStore(new Set([3]));
  let calls = 0;
  const insert = async (items: readonly number[]): Promise<void> => {
    if (++calls === 3) throw new Away();
    await store.insert(items);
  };
  await expect(separateRefused([0, 1, 2, 3], { ...store, insert })).rejects.toBeInstanceOf(Away);
});

it('tells about every call that was refused, so that a caller can stay alive or end it', async () => {
  const told: [number, boolean][] = [];
  const onRefusal = async (_error: unknown, part: number, hasAccepted: boolean) => void told.push([part, hasAccepted]);
  await separateRefused([0, 1, 2], { ...createStore(new Set([1])), onRefusal });
  expect(told).toEqual([
    [3, false],
    [2, false],
    [1, true],
  ]);
  const end = separateRefused([0], { ...createStore(new Set([0])), onRefusal: () => Promise.reject(new Away()) });
  await expect(end).rejects.toBeInstanceOf(Away);
});
