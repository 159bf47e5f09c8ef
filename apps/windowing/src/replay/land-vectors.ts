import type { TopicVector } from '@millrace/contract-window';

import type { RelandOffsets } from '../sealing/attempt/prove-completeness';

/** Records read and landed at a time. */
const PIECE = 100_000;

/** Lands everything below a vector from the log; older epochs of a topic are gone with it. */
export async function landVectors(vector: readonly TopicVector[], reland: RelandOffsets): Promise<void> {
  for (const { topic, offsets } of vector) {
    for (const [partition, to] of offsets.entries()) {
      for (let from = 0; from < to; from += PIECE) await reland(topic, partition, from, Math.min(from + PIECE, to));
    }
  }
}
