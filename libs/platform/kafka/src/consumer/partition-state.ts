import { partitionId, type TopicPartition } from './topic-partition';

/** What is known about a partition within one epoch. */
export interface PartitionState {
  /** The next offset this consumer will read. */
  position: bigint | undefined;
  /** Where reading began in this epoch. */
  floor: bigint | undefined;
  /** The last commit the broker took in this epoch. */
  committed: bigint | undefined;
  failures: number;
  /** The first failure since the last batch that went well, and the newest. */
  failing: { readonly since: number; readonly error: unknown } | undefined;
  retryTimer: NodeJS.Timeout | undefined;
  /** Why it is paused. It is resumed when nobody wants it paused any more. */
  readonly pauses: Set<string>;
}

export class PartitionStates {
  readonly #states = new Map<string, PartitionState>();

  of(where: TopicPartition): PartitionState {
    const id = partitionId(where);
    let state = this.#states.get(id);
    if (state === undefined) {
      state = {
        position: undefined,
        floor: undefined,
        committed: undefined,
        failures: 0,
        failing: undefined,
        retryTimer: undefined,
        pauses: new Set(),
      };
      this.#states.set(id, state);
    }
    return state;
  }

  /** Of the partitions whose handler fails again and again, the one that has for longest. */
  oldestFailure(): { readonly partition: string; readonly since: number; readonly error: unknown } | undefined {
    let oldest: { partition: string; since: number; error: unknown } | undefined;
    for (const [partition, { failing }] of this.#states) {
      if (failing !== undefined && failing.since < (oldest?.since ?? Infinity)) oldest = { partition, ...failing };
    }
    return oldest;
  }

  clear(): void {
    for (const state of this.#states.values()) clearTimeout(state.retryTimer);
    this.#states.clear();
  }
}
