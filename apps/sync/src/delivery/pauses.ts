import type { AnyEntry } from '@millrace/platform-kafka';

import type { PauseRecord, PlanRecord } from '../planning/plan-log';

/** Which destinations people have stopped, by the newest decision of each. */
export class Pauses {
  readonly #decisions = new Map<string, PauseRecord[]>();

  apply({ value }: Pick<AnyEntry<PlanRecord>, 'value'>): void {
    if (value?.kind !== 'pause') return;
    this.#decisions.set(value.destination, [...(this.#decisions.get(value.destination) ?? []), value]);
  }

  /** The decision that stopped it; undefined: nobody did, or it goes on. */
  of(destination: string): PauseRecord | undefined {
    const newest = this.#decisions.get(destination)?.at(-1);
    return newest?.is_paused === true ? newest : undefined;
  }

  /** The decisions that stand, by destination. */
  all(): PauseRecord[] {
    return [...this.#decisions.keys()].sort().flatMap((destination) => this.of(destination) ?? []);
  }

  /** How often people decided so far. */
  count(destination: string): number {
    return this.#decisions.get(destination)?.length ?? 0;
  }
}
