import type { TopicRules } from '@millrace/contract-signal';

/** One assigned partition while this process owns it, for one epoch of the assignment. */
export interface Lane {
  readonly topic: string;
  readonly topicEpoch: number;
  readonly partition: number;
  readonly rules: TopicRules;
  /** The offset that the next fetch must begin at; undefined after a rewind, when anything below is expected. */
  next: number | undefined;
  /** The end of the log when it was last seen; undefined before the first fetch that brought something. */
  end: number | undefined;
  /** Why nothing of it is read; null when it is. */
  refusal: string | null;
}

export const laneId = ({ topic, partition }: { readonly topic: string; readonly partition: number }): string =>
  `${topic}/${partition}`;
