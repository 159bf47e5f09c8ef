import type { DecisionIndex } from '../schedule/decision-index';
import { runName } from '../schedule/plan-runs';
import type { Engine } from './engine';

export interface StepAsideOptions {
  /** The log of scores, read to its end. */
  readonly refresh: () => Promise<void>;
  /** For how long a claim holds a tick. */
  readonly leaseMs: number;
  /** The tick for which it steps aside. */
  readonly onYield?: ((tick: string) => void) | undefined;
  readonly pollMs?: number | undefined;
}

/** Resolves when no replica works on a tick of the schedule: what runs in the past waits between two runs. */
export function createStepAside(engine: Engine, options: StepAsideOptions): () => Promise<void> {
  const { refresh, leaseMs, onYield, pollMs = 500 } = options;
  return async () => {
    for (let said: string | undefined; ; await new Promise((resolve) => setTimeout(resolve, pollMs))) {
      await refresh();
      const tick = tickInWork(engine, engine.decisions, Date.now(), leaseMs);
      if (tick === undefined) return;
      if (tick !== said) onYield?.(tick);
      said = tick;
    }
  };
}

/** A tick that is due and that a live replica holds, as `model@instant`. */
function tickInWork({ jobs }: Engine, decisions: DecisionIndex, now: number, leaseMs: number): string | undefined {
  for (const { name } of jobs) {
    const held = decisions.dueTicks(name).find((tick) => {
      const { holder, isDone } = decisions.tickState(name, tick);
      return holder !== null && !isDone && now - holder.appendedAt <= leaseMs;
    });
    if (held !== undefined) return runName(name, held);
  }
  return undefined;
}
