import type { TopicVector } from '@millrace/contract-window';

import { belowVector, type Condition } from '../sealing/attempt/vector-conditions';

/**
 * Rows that the chain is through with: below the vector of its newest step, or of an epoch of their topic that a newer one has
 * followed (what was fetched of it above the vector is never sealed).
 */
export function isDecided(vector: readonly TopicVector[]): Condition {
  const below = belowVector(vector);
  const params: Record<string, unknown> = { ...below.params };
  const newest = new Map<string, number>();
  for (const { topic, topic_epoch: epoch } of vector) newest.set(topic, Math.max(newest.get(topic) ?? 0, epoch));
  const past = [...newest].flatMap(([topic, epoch], n) => {
    if (epoch === 0) return [];
    params[`past_topic_${n}`] = topic;
    params[`past_epoch_${n}`] = epoch;
    return [`(topic = {past_topic_${n}: String} and topic_epoch < {past_epoch_${n}: UInt32})`];
  });
  return { sql: `(${[below.sql, ...past].join(' or ')})`, params };
}
