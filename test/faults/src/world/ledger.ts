import type { QuarantineReason, Signal } from '@millrace/contract-signal';

/** What must become of a record, decided by who sent it. */
export type Fate =
  | { readonly kind: 'signal'; readonly signal: Signal }
  | { readonly kind: 'quarantine'; readonly reason: QuarantineReason }
  /** In a transaction that was aborted: no reader may see it. */
  | { readonly kind: 'aborted' };

/** Where the broker put a record, by its own acknowledgement. */
export interface Place {
  readonly topic: string;
  /** Which life of the topic; raised when it is created again. */
  readonly epoch: number;
  readonly partition: number;
  readonly offset: number;
}

/** One record as its producer knows it. Its Kafka key is `id`, so that it is recognised in the log without decoding it. */
export interface LedgerEntry {
  readonly id: string;
  readonly topic: string;
  readonly epoch: number;
  readonly fate: Fate;
  /** Undefined: the broker did not answer, or the transaction is not committed. */
  place: Place | undefined;
}

/** Everything that producers sent, and nothing that any service says. */
export class Ledger {
  readonly #entries = new Map<string, LedgerEntry>();
  readonly #epochs = new Map<string, number>();

  add(topic: string, fate: Fate): LedgerEntry {
    const id = `e${this.#entries.size}`;
    const entry: LedgerEntry = { id, topic, epoch: this.epochOf(topic), fate, place: undefined };
    this.#entries.set(id, entry);
    return entry;
  }

  get(id: string): LedgerEntry | undefined {
    return this.#entries.get(id);
  }

  entries(): IterableIterator<LedgerEntry> {
    return this.#entries.values();
  }

  get size(): number {
    return this.#entries.size;
  }

  epochOf(topic: string): number {
    return this.#epochs.get(topic) ?? 0;
  }

  /** The topic was created again. */
  raiseEpoch(topic: string): number {
    const epoch = this.epochOf(topic) + 1;
    this.#epochs.set(topic, epoch);
    return epoch;
  }

  /** Valid signals that a producer was told are stored. */
  acknowledged(): LedgerEntry[] {
    return [...this.#entries.values()].filter(({ place, fate }) => place !== undefined && fate.kind === 'signal');
  }
}
