/** The record that won its key. */
export interface Entry<T> {
  readonly key: string;
  readonly value: T;
  readonly offset: bigint;
  /** Milliseconds by the broker's clock (the topic has LogAppendTime). */
  readonly appendedAt: number;
  /** Names the call that proposed it; a producer's retry carries the same. Absent on records of other writers. */
  readonly proposalId?: string;
}
