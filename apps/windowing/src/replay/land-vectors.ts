import type { TopicVector } from '@millrace/contract-window';

import type { RelandRanges } from '../reland/create-reland';

/** Lands everything below a vector from the log. Records of a topic's older epochs went with it. */
export async function landVectors(vector: readonly TopicVector[], reland: RelandRanges): Promise<void> {
  for (const { topic, offsets } of vector) {
    const ranges = offsets.flatMap((to, partition) => (to > 0 ? [{ partition, from: 0, to }] : []));
    if (ranges.length > 0) await reland(topic, ranges);
  }
}
