import type { AnyEntry, Content, Decision, DecisionLog, Entry } from '@millrace/platform-kafka';

interface Record {
  readonly key: string;
  readonly offset: bigint;
  readonly content: Content;
  /** Epoch milliseconds. */
  readonly appendedAt: number;
  readonly proposalId: string;
}

/** A decision log that everybody appends to. The first record of a key wins. */
export class LogInMemory {
  readonly #records: Record[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  append(key: string, value: object): Record {
    const content = JSON.parse(JSON.stringify(value)) as Content;
    const offset = BigInt(this.#records.length);
    const record = { key, offset, content, appendedAt: this.#now(), proposalId: `proposal-${offset}` };
    this.#records.push(record);
    return record;
  }

  from(offset: bigint): readonly Record[] {
    return this.#records.slice(Number(offset));
  }

  get end(): bigint {
    return BigInt(this.#records.length);
  }
}

/** Called before and after what changes a log; may throw: the process died there. */
export type Step = (name: string) => Promise<void>;

/** How one replica has read a log: a prefix, which grows when it is told to, when it refreshes, and when it proposes. */
export class LogView<T> implements DecisionLog<T> {
  readonly #log: LogInMemory;
  readonly #read: (content: Content, key: string) => T | undefined;
  readonly #step: Step;
  readonly #winners = new Map<string, AnyEntry<T>>();
  readonly #entries: Entry<T>[] = [];
  readonly #listeners = new Set<(entry: AnyEntry<T>) => void>();
  #position = 0n;

  constructor(
    log: LogInMemory,
    read: (content: Content, key: string) => T | undefined,
    step: Step = () => Promise.resolve(),
  ) {
    this.#log = log;
    this.#read = read;
    this.#step = step;
  }

  /** Reads further: as many records as given, at most. */
  catchUp(most = Infinity): void {
    for (const record of this.#log.from(this.#position).slice(0, most)) {
      this.#position = record.offset + 1n;
      if (this.#winners.has(record.key)) continue;
      const { key, offset, appendedAt, proposalId } = record;
      const value = this.#read(record.content, key);
      const winner = { key, offset, appendedAt, proposalId };
      const entry: AnyEntry<T> =
        value === undefined ? { ...winner, value: undefined, problem: undefined } : { ...winner, value };
      this.#winners.set(key, entry);
      if (value !== undefined) this.#entries.push({ ...winner, value });
      for (const listener of this.#listeners) listener(entry);
    }
  }

  async propose(key: string, value: T): Promise<Decision<T>> {
    const decided = this.#winners.get(key);
    if (decided !== undefined) return { won: false, winner: decided };
    await this.#step('before a decision');
    const { proposalId } = this.#log.append(key, value as object);
    await this.#step('after a decision');
    this.catchUp();
    const winner = this.#winners.get(key) as AnyEntry<T>;
    return { won: winner.proposalId === proposalId, winner };
  }

  async refresh(): Promise<void> {
    await this.#step('before reading on');
    this.catchUp();
  }

  onEntry(listener: (entry: AnyEntry<T>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readonly winner = (key: string): AnyEntry<T> | undefined => this.#winners.get(key);
  readonly entries = ({ from = 0n }: { readonly from?: bigint } = {}): Entry<T>[] =>
    this.#entries.filter(({ offset }) => offset >= from);
  readonly head = (): Entry<T> | undefined => this.#entries.at(-1);
  readonly position = (): bigint => this.#position;
  readonly start = (): Promise<void> => this.refresh();
  readonly waitFor = (): Promise<void> => this.refresh();
  readonly stop = (): Promise<void> => Promise.resolve();
  readonly assertReadable = (): void => undefined;
  readonly counts = () => ({ winners: this.#winners.size, lost: 0, unparsable: 0 });
}
