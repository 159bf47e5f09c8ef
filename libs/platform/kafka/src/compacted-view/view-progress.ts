import { partitionId, type TopicPartition } from '../consumer/topic-partition';

interface Progress {
  /** The next offset to apply. */
  position: bigint;
  /** Where the log ended when it was last heard of. */
  end: bigint;
  /** An end heard of earlier, and when: reached, the view was whole as of then. */
  target: bigint;
  targetAt: number;
  wholeAt: number;
}

/** How far a view has read each partition, and how old its picture is. Pure. */
export class ViewProgress {
  readonly #partitions = new Map<string, Progress>();
  /** Ends to reach before the view is ready; undefined until they are known. */
  #missing: Map<string, bigint> | undefined;

  position(where: TopicPartition): bigint | undefined {
    return this.#partitions.get(partitionId(where))?.position;
  }

  /** Where the log ends, as a fetch said. */
  heard(where: TopicPartition, from: bigint, end: bigint, now: number): void {
    const known = this.#partitions.get(partitionId(where));
    if (known === undefined) {
      this.#partitions.set(partitionId(where), { position: from, end, target: end, targetAt: now, wholeAt: now });
      return;
    }
    if (known.position >= known.end) known.wholeAt = now;
    if (known.position >= known.target) Object.assign(known, { target: end, targetAt: now });
    known.end = end;
  }

  advance(where: TopicPartition, position: bigint): void {
    const known = this.#partitions.get(partitionId(where));
    if (known === undefined || position <= known.position) return;
    known.position = position;
    if (position >= known.target) known.wholeAt = known.targetAt;
  }

  /** Ends of the log at the start. The first call counts. */
  expect(ends: ReadonlyMap<string, bigint>): void {
    this.#missing ??= new Map(ends);
  }

  isComplete(): boolean {
    if (this.#missing === undefined) return false;
    for (const [id, end] of this.#missing) {
      if ((this.#partitions.get(id)?.position ?? 0n) >= end) this.#missing.delete(id);
    }
    return this.#missing.size === 0;
  }

  /** Records known of and not applied. */
  lag(): number {
    let lag = 0n;
    for (const { position, end } of this.#partitions.values()) if (end > position) lag += end - position;
    return Number(lag);
  }

  /** Milliseconds since the view was whole; 0 while nothing is known to be missing. */
  behindMs(now: number): number {
    let behind = 0;
    for (const { position, end, wholeAt } of this.#partitions.values()) {
      if (end > position) behind = Math.max(behind, now - wholeAt);
    }
    return behind;
  }
}
