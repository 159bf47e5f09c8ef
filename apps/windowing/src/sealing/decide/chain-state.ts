import { isAtOrAbove, type SealStep } from '@millrace/contract-window';
import { MillraceError } from '@millrace/platform-errors';

import { GENESIS, type ChainHead } from '../propose/facts';
import { headAfter } from './seal-record';

/** A step of the chain and the offset of its record. */
export interface ChainLink {
  readonly step: SealStep;
  readonly logOffset: number;
  /** Windows closed as of this step, and what else the next one builds on. */
  readonly head: ChainHead;
}

/**
 * The chain as read so far: the first record for each next number, whatever else is in the log. Keeps the tail only.
 * A step that goes back (T or V) can come from no replica: the log is refused.
 */
export class ChainState {
  readonly #links: ChainLink[] = [];
  readonly #base: ChainHead;

  constructor(base: ChainHead = GENESIS) {
    this.#base = base;
  }

  head(): ChainHead {
    return this.#links.at(-1)?.head ?? this.#base;
  }

  /** Steps above `step`, ascending. Throws RangeError when they are no longer kept. */
  above(step: number): readonly ChainLink[] {
    if (step < this.#base.step) throw new RangeError(`steps up to ${this.#base.step} are not kept`);
    return this.#links.slice(step - this.#base.step);
  }

  linkOf(step: number): ChainLink | undefined {
    return this.#links[step - this.#base.step - 1];
  }

  /** Returns whether the record is the next step. Any other number is a proposal that lost. */
  apply(step: SealStep, logOffset: number): boolean {
    const head = this.head();
    if (step.step !== head.step + 1) return false;
    if (step.closed_through < head.closedThrough || !isAtOrAbove(step.vector, head.vector)) {
      throw new MillraceError(`Seal step ${step.step} goes back behind its predecessor`, {
        code: 'DECISION_LOG_BROKEN',
        actor: 'operator',
        advice: 'Find out what wrote it; nothing is sealed until then',
        details: { step: step.step, logOffset },
      });
    }
    this.#links.push({ step, logOffset, head: headAfter(head, step) });
    return true;
  }
}
