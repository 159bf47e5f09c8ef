import { seededRandom, testSeed } from './seeded-random';

const sequence = (seed: number): number[] => {
  const random = seededRandom(seed);
  return [random.next(), random.next(), random.integer(1, 6)];
};

it('repeats itself for a seed and differs for another', () => {
  expect(sequence(42)).toEqual(sequence(42));
  expect(sequence(42)).not.toEqual(sequence(43));
});

it('is mulberry32', () => {
  // First values of the reference implementation for seed 1.
  const random = seededRandom(1);
  expect([random.next(), random.next()]).toEqual([0.6270739405881613, 0.002735721180215478]);
});

it('reaches both ends of a range, evenly', () => {
  const random = seededRandom(7);
  const counts = new Map<number, number>();
  for (let draw = 0; draw < 6000; draw++) {
    const face = random.integer(1, 6);
    counts.set(face, (counts.get(face) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

it('shuffles a copy that holds the same items', () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const shuffled = seededRandom(3).shuffle(items);
  expect(shuffled).not.toEqual(items);
  expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
  expect(items[0]).toBe(0);
});

it('refuses to pick from nothing', () => expect(() => seededRandom(1).pick([])).toThrow('at least one'));

it('takes the seed of the environment', () => {
  const before = process.env['TEST_SEED'];
  process.env['TEST_SEED'] = '12';
  expect(testSeed()).toBe(12);
  process.env['TEST_SEED'] = 'x';
  expect(() => testSeed()).toThrow('TEST_SEED must be a whole number');
  if (before === undefined) delete process.env['TEST_SEED'];
  else process.env['TEST_SEED'] = before;
});
