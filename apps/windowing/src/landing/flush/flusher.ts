import type { Lane } from '../partitions/lane';
import type { Chunk } from './chunk';
import { AbandonedError } from './persist';

/** What is left of a chunk once its rows are stored: how far its lanes have landed. */
export interface Settlement {
  readonly epoch: number;
  readonly positions: ReadonlyMap<Lane, number>;
  readonly appendedAt: ReadonlyMap<Lane, number>;
}

export interface FlusherDeps {
  readonly maxInFlight: number;
  /** Stores everything of a chunk, however long it takes; rejects with AbandonedError when the epoch is over. */
  readonly store: (chunk: Chunk, signal: AbortSignal) => Promise<void>;
  /** Commits and publishes. Called one at a time, in the order of the chunks, only when all chunks before are stored. */
  readonly settle: (settlement: Settlement, signal: AbortSignal) => Promise<void>;
  /** A place became free. */
  readonly onRoom: () => void;
  /** A bug: neither success nor abandonment. */
  readonly onBroken: (error: unknown) => void;
}

interface Entry {
  readonly settlement: Settlement;
  isStored: boolean;
}

/** Several chunks under way at once, settled in order: an offset is committed when everything below it is stored. */
export class Flusher {
  private entries: Entry[] = [];
  private inFlight = 0;
  private isSettling = false;
  private abort = new AbortController();
  private idle: (() => void)[] = [];

  constructor(private readonly deps: FlusherDeps) {}

  get hasRoom(): boolean {
    return this.inFlight < this.deps.maxInFlight;
  }

  get underWay(): number {
    return this.inFlight;
  }

  submit(chunk: Chunk): void {
    const { epoch, positions, appendedAt } = chunk;
    const entry: Entry = { settlement: { epoch, positions, appendedAt }, isStored: false };
    const { signal } = this.abort;
    this.entries.push(entry);
    this.inFlight++;
    this.deps
      .store(chunk, signal)
      .then(() => {
        entry.isStored = true;
      })
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.inFlight--;
        this.deps.onRoom();
        this.settleStored(signal);
      });
  }

  /** Drops everything under way: nothing of it will be committed or published. */
  abandon(): void {
    this.abort.abort();
    this.abort = new AbortController();
    this.entries = [];
    this.tellIdle();
  }

  /** Resolves when everything submitted is settled or abandoned. */
  drained(): Promise<void> {
    if (this.entries.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  private settleStored(signal: AbortSignal): void {
    if (this.isSettling || signal.aborted) return;
    const count = this.entries.findIndex(({ isStored }) => !isStored);
    // A copy: chunks submitted while these are settled are not part of it.
    const stored = this.entries.slice(0, count < 0 ? undefined : count);
    if (stored.length === 0) return;
    this.isSettling = true;
    this.deps
      .settle(merge(stored.map(({ settlement }) => settlement)), signal)
      .then(() => {
        if (!signal.aborted) this.entries = this.entries.slice(stored.length);
      })
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.isSettling = false;
        this.tellIdle();
        this.settleStored(this.abort.signal);
      });
  }

  private tellIdle(): void {
    if (this.entries.length > 0) return;
    for (const resolve of this.idle.splice(0)) resolve();
  }

  private fail(error: unknown): void {
    if (!(error instanceof AbandonedError)) this.deps.onBroken(error);
  }
}

function merge(settlements: readonly Settlement[]): Settlement {
  const positions = new Map<Lane, number>();
  const appendedAt = new Map<Lane, number>();
  for (const settlement of settlements) {
    for (const [lane, position] of settlement.positions) positions.set(lane, position);
    for (const [lane, instant] of settlement.appendedAt) appendedAt.set(lane, instant);
  }
  return { epoch: settlements[0]?.epoch ?? 0, positions, appendedAt };
}
