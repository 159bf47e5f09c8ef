import { offsetIn, type TopicVector } from '@millrace/contract-window';

import type { RelandRanges } from '../reland/create-reland';

/** Lands everything between two vectors from the log. Records of a topic's older epochs went with it. */
export async function landVectors(
  from: readonly TopicVector[],
  to: readonly TopicVector[],
  reland: RelandRanges,
): Promise<void> {
  for (const { topic, topic_epoch: epoch, offsets } of to) {
    const ranges = offsets.flatMap((end, partition) => {
      const start = offsetIn(from, topic, epoch, partition);
      return end > start ? [{ partition, from: start, to: end }] : [];
    });
    if (ranges.length > 0) await reland(topic, ranges);
  }
}
