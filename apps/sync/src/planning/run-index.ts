import type { RunOrTick, RunPublished } from '@millrace/contract-score';
import type { AnyEntry } from '@millrace/platform-kafka';

/** A published run, and where its decision is in the log. */
export interface LoggedRun {
  readonly run: RunPublished;
  readonly offset: bigint;
  /** The first run of a tick: neither made on demand nor made again. */
  readonly isScheduled: boolean;
}

interface OfModel {
  current: LoggedRun | undefined;
  /** Ticks that are due and neither run, failed nor skipped. Epoch milliseconds. */
  readonly open: Set<number>;
}

/** What scores.published.v1 says to who delivers. Each record is looked at once; what is kept does not grow with the log. */
export class RunIndex {
  readonly #models = new Map<string, OfModel>();

  apply({ value, offset }: Pick<AnyEntry<RunOrTick>, 'value' | 'offset'>): void {
    switch (value?.kind) {
      case 'tick_due':
        this.#of(value.job).open.add(value.scheduled_at);
        return;
      case 'tick_done':
        this.#of(value.job).open.delete(value.scheduled_at);
        return;
      case 'run':
        if (value.purpose === 'publish') this.#applyRun(value, offset);
    }
  }

  /** The run that counts: the latest as_of, then the latest decision. A back-fill never becomes current. */
  current(model: string): LoggedRun | undefined {
    return this.#models.get(model)?.current;
  }

  /** Ascending. */
  openTicks(model: string): readonly number[] {
    return [...(this.#models.get(model)?.open ?? [])].sort((a, b) => a - b);
  }

  #applyRun(run: RunPublished, offset: bigint): void {
    const model = this.#of(run.model);
    const isScheduled = model.open.delete(run.as_of);
    if (model.current === undefined || run.as_of >= model.current.run.as_of) {
      model.current = { run, offset, isScheduled };
    }
  }

  #of(name: string): OfModel {
    let model = this.#models.get(name);
    if (model === undefined) this.#models.set(name, (model = { current: undefined, open: new Set() }));
    return model;
  }
}

/** What a log that was read to its end says. */
export function runIndexOf(log: { entries(): readonly Pick<AnyEntry<RunOrTick>, 'value' | 'offset'>[] }): RunIndex {
  const index = new RunIndex();
  for (const entry of log.entries()) index.apply(entry);
  return index;
}
