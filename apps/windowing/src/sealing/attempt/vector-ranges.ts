import { offsetIn, type TopicVector } from '@millrace/contract-window';

/** Offsets [from, to) of one partition. */
export interface OffsetRange {
  readonly topic: string;
  readonly topicEpoch: number;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** What `next` holds beyond `previous`, partition by partition; empty ranges are left out. */
export function rangesBetween(previous: readonly TopicVector[], next: readonly TopicVector[]): OffsetRange[] {
  return next.flatMap(({ topic, topic_epoch: topicEpoch, offsets }) =>
    offsets.flatMap((to, partition) => {
      const from = offsetIn(previous, topic, topicEpoch, partition);
      return to > from ? [{ topic, topicEpoch, partition, from, to }] : [];
    }),
  );
}
