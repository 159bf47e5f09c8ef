import { randomFrom, type Random } from './random';
import { Broker } from './broker';
import type { Guard } from './guards';
import { Store } from './store';
import type { SealSettings } from '../sealing/seal-settings';

/** Milliseconds of virtual time: a window is a tenth of a second. */
export const SETTINGS: SealSettings = {
  window: { sizeMs: 100, graceMs: 20 },
  horizonMs: 1e9,
  skewMs: 12,
  lateIntervalMs: 60,
  deadlineMs: 150,
  importRows: 1e9,
  importQuietMs: 0,
  importLongestWaitMs: 0,
};

export const PARTITIONS = 2;
/** The server ends an insert after this; the margin is in it. */
export const LONGEST_INSERT_MS = 60;
/** Clocks of replicas differ from the broker's by at most this, either way. */
export const LARGEST_SKEW_MS = 10;

/** An actor advances from one `yield` to the next; between them anything else may happen. */
export type Actor = Generator<void, void, void>;

export interface Violation {
  readonly invariant: string;
  readonly detail: string;
}

/** One simulated history: broker, store, clock, and what went wrong. */
export class World {
  readonly broker = new Broker(PARTITIONS);
  readonly store = new Store();
  readonly random: Random;
  readonly violations: Violation[] = [];
  /** Half of the histories lose flushes, the others lose leaders: what does not answer cannot be read again either. */
  readonly losesFlushes: boolean;
  now = 1_000;
  /** No more faults, no more signals: everything that can finish does. */
  isQuiet = false;
  private ids = 0;

  constructor(
    readonly seed: number,
    /** The guard that this history does without. */
    readonly without: Guard | null,
  ) {
    this.random = randomFrom(seed);
    this.losesFlushes = seed % 2 === 1;
  }

  has(guard: Guard): boolean {
    return this.without !== guard;
  }

  nextId(prefix: string): string {
    return `${prefix}${++this.ids}`;
  }

  violate(invariant: string, detail: string): void {
    if (this.violations.length < 10) this.violations.push({ invariant, detail });
  }
}
