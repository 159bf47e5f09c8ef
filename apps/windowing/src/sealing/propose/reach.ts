import { maxVector, offsetIn, type TopicVector } from '@millrace/contract-window';

import type { PartitionFact } from './facts';
import type { PartitionBehind } from './proposal';

/** How far landing is towards the offsets that a step wants. */
export interface Reach {
  /** The wanted offsets, at or above the previous vector. */
  readonly wanted: readonly TopicVector[];
  /** The wanted offsets, cut to what is landed. */
  readonly landed: readonly TopicVector[];
  readonly behind: readonly PartitionBehind[];
}

/** Compares the wanted offset of every partition with its landed position. A partition nobody wrote to is at 0 and reached. */
export function measureReach(
  previous: readonly TopicVector[],
  facts: readonly PartitionFact[],
  positions: readonly TopicVector[],
): Reach {
  const behind: PartitionBehind[] = [];
  const wanted: PartitionFact[] = [];
  const landed: PartitionFact[] = [];
  for (const fact of facts) {
    const before = offsetIn(previous, fact.topic, fact.topicEpoch, fact.partition);
    const position = Math.max(before, offsetIn(positions, fact.topic, fact.topicEpoch, fact.partition));
    const offset = fact.offset === null ? null : Math.max(before, fact.offset);
    if (offset === null || position < offset) {
      behind.push({ topic: fact.topic, partition: fact.partition, position, wanted: offset });
    }
    wanted.push({ ...fact, offset: offset ?? position });
    landed.push({ ...fact, offset: Math.min(offset ?? position, position) });
  }
  return { wanted: maxVector(previous, toVector(wanted)), landed: maxVector(previous, toVector(landed)), behind };
}

/** One offset per partition as a vector; partitions without an offset count from 0. */
export function toVector(facts: readonly PartitionFact[]): TopicVector[] {
  const vectors = new Map<string, { topic: string; topic_epoch: number; offsets: number[] }>();
  for (const { topic, topicEpoch, partition, offset } of facts) {
    const key = `${topicEpoch}\n${topic}`;
    const vector = vectors.get(key) ?? { topic, topic_epoch: topicEpoch, offsets: [] };
    while (vector.offsets.length <= partition) vector.offsets.push(0);
    vector.offsets[partition] = offset ?? 0;
    vectors.set(key, vector);
  }
  return [...vectors.values()];
}
