export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface TopicPartitionOffset extends TopicPartition {
  /** The next offset to read, as everywhere in this library: one after the last record done. */
  readonly nextOffset: bigint;
  readonly metadata?: string;
}

export function partitionId({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
