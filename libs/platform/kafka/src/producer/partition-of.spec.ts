import fc from 'fast-check';
import { Partitioners } from 'kafkajs';

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

  it('for any key is the one that kafkajs chooses', () => {
    const byKafkajs = Partitioners.DefaultPartitioner();
    const partitionMetadata = Array.from({ length: 1_009 }, (_, partitionId) => ({
      partitionId,
      partitionErrorCode: 0,
      leader: 0,
      replicas: [],
      isr: [],
    }));
    const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), bytes), (key) => {
        const expected = byKafkajs({ topic: 't', partitionMetadata, message: { key, value: null } });
        expect(choose({ ...record, key }, partitionMetadata.length)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the one asked for, and takes turns without a key', () => {
    expect(choose({ ...record, key: 'a', partition: 5 }, 6)).toBe(5);
    const turns = [1, 2, 3].map(() => choose({ ...record, key: null }, 3));
    expect([...turns].sort()).toEqual([0, 1, 2]);
  });
});
