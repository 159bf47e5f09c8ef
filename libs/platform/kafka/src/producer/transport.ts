import type { ProducerRecord } from './record';

/** Records of one partition, to be appended in this order as one record batch. */
export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly ProducerRecord[];
}

/** How batches get to the broker; the queue above it does not know kafkajs. */
export interface ProducerTransport {
  connect(): Promise<void>;
  partitionsOf(topic: string): Promise<number>;
  /** Resolves with each batch's first offset once all are on all in-sync replicas; rejects when any is not known to be. */
  send(batches: readonly PartitionBatch[]): Promise<readonly bigint[]>;
  /** Called when records of a failed request are given up, so that no later batch can be taken for a retry of it. */
  forgetFailed(): void;
  close(): Promise<void>;
}
