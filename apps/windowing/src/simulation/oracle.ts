import { headAfter, proposalOf } from '../sealing/decide/seal-record';
import { GENESIS, type ChainHead } from '../sealing/propose/facts';
import { digestOfRows, selectRows } from './select-rows';
import type { RawRow } from './store';
import { SETTINGS, type World } from './world';

/** What a step must hold by its definition, computed from the log itself. */
export interface Truth {
  readonly step: number;
  readonly attemptId: string;
  readonly head: ChainHead;
  readonly digest: string;
  readonly rows: number;
}

/** Follows the log of decisions, first record for each next step, and says what each step holds. */
export class Oracle {
  private readonly truths: Truth[] = [];
  private readonly sealed = new Set<string>();
  private read = 0;

  constructor(private readonly world: World) {}

  steps(): readonly Truth[] {
    const { broker } = this.world;
    for (; this.read < broker.decisions.length; this.read++) {
      const step = broker.decisions[this.read];
      const previous = this.truths.at(-1)?.head ?? GENESIS;
      if (step?.step !== previous.step + 1) continue;
      const head = headAfter(previous, step);
      const records: RawRow[] = broker.partitions.flatMap((log, partition) =>
        log.map((record) => ({ ...record, partition })),
      );
      const isSealed = (window: number, id: string): boolean => this.sealed.has(`${window}\n${id}`);
      const rows = selectRows(records, previous, proposalOf(step, head), SETTINGS.window.sizeMs, isSealed);
      for (const { window, id } of rows) this.sealed.add(`${window}\n${id}`);
      const { attempt_id: attemptId } = step;
      this.truths.push({ step: step.step, attemptId, head, digest: digestOfRows(rows), rows: rows.length });
    }
    return this.truths;
  }

  /** Every (window, id) sealed so far. */
  sealedKeys(): ReadonlySet<string> {
    this.steps();
    return this.sealed;
  }
}
