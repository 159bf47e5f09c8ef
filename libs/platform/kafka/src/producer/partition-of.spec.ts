import { createPartitionChooser } from './partition-of';

describe('the partition of a record', () => {
  const choose = createPartitionChooser();
  const record = { topic: 't', value: null };

  it.each([
    // What the Java client's own test expects of its murmur2.
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
  ])('for key %j is the one the Java client chooses', (key, murmur2) => {
    const expected = (murmur2 & 0x7fffffff) % 1_000;
    expect(choose({ ...record, key }, 1_000)).toBe(expected);
    expect(choose({ ...record, key: Buffer.from(key) }, 1_000)).toBe(expected);
  });

  it('is the one asked for, and takes turns without a key', () => {
    expect(choose({ ...record, key: 'a', partition: 5 }, 6)).toBe(5);
    const turns = [1, 2, 3].map(() => choose({ ...record, key: null }, 3));
    expect([...turns].sort()).toEqual([0, 1, 2]);
  });
});
