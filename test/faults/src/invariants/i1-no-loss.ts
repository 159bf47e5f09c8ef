import { offsetIn, windowStartOf } from '@millrace/contract-window';

import { isLost } from './evidence';
import { rowKey } from './expect-content';
import type { Checker } from './violation';

/** I1: every acknowledged valid signal below V_n in a closed window is in exactly one step. And V_n has reached the log's ends. */
export const checkNoLoss: Checker = ({ chain, acknowledged, sealed, losses, partitions, epochOf, broken }) => {
  const last = chain.winners.at(-1);
  if (last === undefined) return acknowledged.length === 0 ? [] : ['nothing is sealed at all'];
  const { step, closedBefore } = last;
  const found = broken.map((what) => `the log itself: ${what}`);
  for (const { topic, partition, end } of partitions) {
    const at = offsetIn(step.vector, topic, epochOf(topic), partition);
    if (at < end) found.push(`${topic}/${partition} is sealed up to ${at} of ${end}`);
  }
  const copies = new Map<string, number>();
  for (const row of sealed) {
    const key = rowKey(row.topic, row.window_ms, row.signal_id);
    copies.set(key, (copies.get(key) ?? 0) + 1);
  }
  for (const { id, fate, place } of acknowledged) {
    if (fate.kind !== 'signal' || place === undefined || isLost(losses, place)) continue;
    const window = windowStartOf(fate.signal.occurred_at, step.window.size_ms);
    const isBelow = place.offset < offsetIn(step.vector, place.topic, place.epoch, place.partition);
    if (!isBelow || window >= closedBefore) continue;
    const times = copies.get(rowKey(place.topic, window, fate.signal.signal_id)) ?? 0;
    if (times !== 1) {
      found.push(
        `${fate.signal.signal_id} (${id} at ${place.topic}/${place.partition} offset ${place.offset}) is sealed ${times} times`,
      );
    }
  }
  return found;
};
