import { partitionId, type TopicPartition, type TopicPartitionOffset } from '@millrace/platform-kafka';

interface Partition {
  readonly where: TopicPartition;
  /** Read and not done with, in log order: a Set keeps it. */
  readonly open: Map<bigint, number>;
  next: bigint;
}

/** Up to where each partition may be committed while some of its records are still being worked on. Pure. */
export class CommitFrontier {
  readonly #partitions = new Map<string, Partition>();

  /** A record must not be committed before the returned function is called. It may be held more than once. */
  hold(where: TopicPartition, offset: bigint): () => void {
    const { open } = this.#of(where, offset);
    open.set(offset, (open.get(offset) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const holds = (open.get(offset) ?? 1) - 1;
      if (holds === 0) open.delete(offset);
      else open.set(offset, holds);
    };
  }

  /** Everything below was read. */
  read(where: TopicPartition, next: bigint): void {
    const partition = this.#of(where, next);
    if (next > partition.next) partition.next = next;
  }

  offset(where: TopicPartition): bigint | undefined {
    const partition = this.#partitions.get(partitionId(where));
    return partition === undefined ? undefined : frontierOf(partition);
  }

  offsets(): TopicPartitionOffset[] {
    return [...this.#partitions.values()].map((one) => ({ ...one.where, nextOffset: frontierOf(one) }));
  }

  #of({ topic, partition }: TopicPartition, next: bigint): Partition {
    const id = partitionId({ topic, partition });
    let known = this.#partitions.get(id);
    if (known === undefined) {
      this.#partitions.set(id, (known = { where: { topic, partition }, open: new Map(), next }));
    }
    return known;
  }
}

function frontierOf({ open, next }: Partition): bigint {
  const [first] = open.keys();
  return first ?? next;
}
