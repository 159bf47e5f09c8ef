import type { Winner } from './entry';

export type Applied = 'won' | 'lost' | 'seen';

/**
 * What a prefix of the log has decided: the first record for a key wins. Pure: the same records in the same order give
 * the same winners, however often some of them are delivered.
 */
export class DecisionState<Record extends Winner> {
  readonly #winners = new Map<string, Record>();
  readonly #entries: Record[] = [];
  #position: bigint;
  #lost = 0;

  constructor(position = 0n, entries: Iterable<Record> = []) {
    this.#position = position;
    for (const entry of entries) this.#add(entry);
  }

  /** The next offset to apply: everything below it is in. */
  get position(): bigint {
    return this.#position;
  }

  /** Records for keys already decided. */
  get lost(): number {
    return this.#lost;
  }

  get size(): number {
    return this.#entries.length;
  }

  apply(entry: Record): Applied {
    if (entry.offset < this.#position) return 'seen';
    this.#position = entry.offset + 1n;
    if (this.#winners.has(entry.key)) {
      this.#lost += 1;
      return 'lost';
    }
    this.#add(entry);
    return 'won';
  }

  /** Moves past records without a meaning here. Never backwards. */
  skipTo(position: bigint): void {
    if (position > this.#position) this.#position = position;
  }

  winner(key: string): Record | undefined {
    return this.#winners.get(key);
  }

  head(): Record | undefined {
    return this.#entries.at(-1);
  }

  /** The latest entry that is one of those. */
  last<Some extends Record>(isOne: (entry: Record) => entry is Some): Some | undefined {
    return this.#entries.findLast(isOne);
  }

  /** Winning entries at or after `from`, in log order. */
  entriesFrom(from: bigint): Record[] {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle] as Record).offset < from) low = middle + 1;
      else high = middle;
    }
    return this.#entries.slice(low);
  }

  #add(entry: Record): void {
    this.#winners.set(entry.key, entry);
    this.#entries.push(entry);
  }
}
