import type { WireItem } from '@millrace/catalog-destinations';

import type { AttemptFacts, ItemVerdict } from './judge';
import { isSameReason, reasonOf, type Reason } from './refusal-reason';

/** A batch that was refused whole, and what its parts have come to. */
interface Root {
  calls: number;
  /** Some record of it was taken: not everything about it is wrong. */
  isAnyTaken: boolean;
}

/** Where a part stands in a batch that is being halved. */
export interface Halving {
  readonly root: Root;
  /** Both halves of one part share it: what the first that was refused heard. */
  readonly pair: { refused?: Reason };
}

export type Ruling =
  /** Goes on in halves. */
  | { readonly kind: 'halve'; readonly halving: Halving }
  /** A record alone: what it ends as is recorded once it is clear that it is not the mapping's fault. */
  | { readonly kind: 'alone' }
  /** The mapping is wrong for all: nothing is rejected. `items`: those that stood alone and were not recorded. */
  | { readonly kind: 'configuration'; readonly detail: string; readonly items: readonly WireItem[] };

/** Requests for one refused batch, the first included, in which no record is taken. */
const MOST_CALLS = 20;
/** Records in a row that stand alone with one reason. */
const MOST_ALONE = 3;

/** What a record that stood alone ends as, unless the mapping is at fault. */
export interface Alone {
  readonly verdict: ItemVerdict;
  readonly facts: AttemptFacts;
}

/**
 * Judges what is refused as a whole, within one chunk: a bad record is looked for by halving, and told from a fault of the mapping,
 * which every record has.
 */
export class Bisection {
  #alone: (Alone & { readonly reason: Reason })[] = [];

  /** A request of `items` was refused; `halving`: of the part that they are. */
  refused(
    items: readonly WireItem[],
    reading: { readonly detail: string; readonly field?: string },
    halving: Halving | undefined,
    alone: Alone | undefined,
  ): Ruling & { readonly clear: readonly Alone[] } {
    const root = halving?.root ?? { calls: 0, isAnyTaken: false };
    root.calls += 1;
    const reason = reasonOf(reading, items);
    const other = halving?.pair.refused;
    if (halving !== undefined) halving.pair.refused = reason;
    if (other !== undefined && reason.field !== '' && isSameReason(other, reason)) return this.#stop(reason);
    if (alone !== undefined) {
      const clear = this.#alone.some((one) => !isSameReason(one.reason, reason)) ? this.takeAlone() : [];
      this.#alone.push({ ...alone, reason });
      return this.#alone.length >= MOST_ALONE ? { ...this.#stop(reason), clear } : { kind: 'alone', clear };
    }
    if (root.calls >= MOST_CALLS) {
      if (!root.isAnyTaken) return this.#stop(reason);
      // There are good ones among them: what is left is a batch of its own.
      return { kind: 'halve', halving: { root: { calls: 1, isAnyTaken: false }, pair: {} }, clear: [] };
    }
    return { kind: 'halve', halving: { root, pair: {} }, clear: [] };
  }

  /** A request was answered record by record; returns what is clear by that. */
  answered(halving: Halving | undefined, isAnyTaken: boolean): readonly Alone[] {
    if (halving !== undefined) {
      halving.root.calls += 1;
      halving.root.isAnyTaken ||= isAnyTaken;
    }
    return isAnyTaken ? this.takeAlone() : [];
  }

  /** Those that stood alone and are not recorded yet. */
  takeAlone(): readonly Alone[] {
    const alone = this.#alone;
    this.#alone = [];
    return alone;
  }

  #stop(reason: Reason): Ruling & { readonly clear: readonly Alone[] } {
    const items = this.takeAlone().map(({ verdict }) => verdict.item);
    const named = reason.field === '' ? '' : `${reason.field} `;
    return { kind: 'configuration', detail: `configuration: ${named}(${reason.detail})`, items, clear: [] };
  }
}
