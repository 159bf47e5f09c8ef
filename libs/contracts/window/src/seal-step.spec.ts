import fc from 'fast-check';

import { countOffsets, isAtOrAbove, maxVector, offsetIn, sealStepSchema, type TopicVector } from './seal-step';

const vectors: fc.Arbitrary<TopicVector[]> = fc.uniqueArray(
  fc.record({
    topic: fc.constantFrom('a', 'b', 'c'),
    topic_epoch: fc.integer({ min: 0, max: 1 }),
    offsets: fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 4 }),
  }),
  { selector: ({ topic, topic_epoch }) => `${topic}${topic_epoch}` },
);

describe('vectors', () => {
  it('a maximum is at or above both, and the lowest such', () => {
    fc.assert(
      fc.property(vectors, vectors, (left, right) => {
        const max = maxVector(left, right);
        expect(isAtOrAbove(max, left) && isAtOrAbove(max, right)).toBe(true);
        for (const { topic, topic_epoch, offsets } of max) {
          offsets.forEach((offset, partition) => {
            const sides = [left, right].map((side) => offsetIn(side, topic, topic_epoch, partition));
            expect(offset).toBe(Math.max(...sides));
          });
        }
      }),
    );
  });

  it('a maximum does not depend on the order, and taking it again changes nothing', () => {
    fc.assert(
      fc.property(vectors, vectors, (left, right) => {
        expect(maxVector(left, right)).toEqual(maxVector(right, left));
        expect(maxVector(maxVector(left, right), right)).toEqual(maxVector(left, right));
      }),
    );
  });

  it('offsets between two are counted per partition, epochs apart', () => {
    const before = [{ topic: 'a', topic_epoch: 0, offsets: [5, 5] }];
    const after = [
      { topic: 'a', topic_epoch: 0, offsets: [7, 5, 2] },
      { topic: 'a', topic_epoch: 1, offsets: [3] },
    ];
    expect(countOffsets(before, after)).toBe(7);
    expect(isAtOrAbove(before, after)).toBe(false);
    expect(offsetIn(after, 'a', 1, 9)).toBe(0);
  });
});

it('a recorded step without the newer fields still reads', () => {
  const step = {
    step: 1,
    closed_through: 0,
    vector: [],
    attempt_id: '7f3e0a1c-58a1-4e6e-9a52-0d4b1c2d3e4f',
    digest: '',
    totals: { sealed: 0, duplicates: 0, late: 0, quarantined: 0, skipped: 0, windows: 0, offsets: 0 },
    first_window: null,
    last_window: null,
    reason: 'on_time',
    window: { size_ms: 3_600_000, grace_ms: 0 },
    settings_hash: '',
    code_version: '',
    incomplete: [],
    sealed_at: 0,
  };
  expect(sealStepSchema.parse(step)).toEqual(step);
  expect(sealStepSchema.safeParse({ ...step, vector: [{ topic: 'a', topic_epoch: 0, offsets: [-1] }] }).success).toBe(
    false,
  );
});
