import type { SealStep } from '@millrace/contract-window';

import type { FoldNotes } from '../sealing/fold/fold-steps';
import type { SimulatedRecord } from './broker';

/** A landed record; the same one may be there more than once. */
export interface RawRow extends SimulatedRecord {
  readonly partition: number;
}

export interface SealedRow {
  readonly step: number;
  readonly attemptId: string;
  readonly window: number;
  readonly id: string;
  readonly partition: number;
  readonly offset: number;
  readonly isLate: boolean;
}

/** The tables, as far as the protocol needs them. Inserts append; nothing is ever deduplicated here. */
export class Store {
  readonly raw: RawRow[] = [];
  readonly quarantined: { readonly partition: number; readonly offset: number }[] = [];
  readonly skipped: { readonly partition: number; readonly offset: number }[] = [];
  /** Positions as published, newest last. */
  readonly published: { readonly partition: number; readonly position: number }[] = [];
  rows: SealedRow[] = [];
  readonly steps: SealStep[] = [];
  foldedThrough = 0;
  closingThrough = 0;
  closingAt = 0;

  notes(now: number): FoldNotes {
    return {
      folded_through: this.foldedThrough,
      closing_through: this.closingThrough,
      closing_at: this.closingAt,
      now,
    };
  }

  mirror(step: SealStep): void {
    if (this.steps.some((known) => known.step === step.step)) return;
    this.steps.push(step);
  }
}
