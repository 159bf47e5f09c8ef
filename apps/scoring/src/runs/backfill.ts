import type { DecisionIndex } from '../schedule/decision-index';
import { runName } from '../schedule/plan-runs';
import type { Engine } from './engine';
import type { RunOutcome } from './run-model';

export interface BackfillOptions {
  /** Epoch milliseconds; ticks of the job from `from` through `through` are run, the oldest first. */
  readonly from: number;
  readonly through: number;
  /** The log of scores, read to its end. */
  readonly refresh: () => Promise<void>;
  /** For how long a claim holds a tick. */
  readonly leaseMs: number;
  readonly isPartialAllowed: boolean;
  readonly onPlanned?: (instants: readonly number[]) => void;
  readonly onRun?: (outcome: RunOutcome, place: { readonly done: number; readonly of: number }) => void;
  /** The tick for which it steps aside. */
  readonly onYield?: (tick: string) => void;
  readonly pollMs?: number;
}

export interface BackfillReport {
  /** In the order in which they were made; those of models that the job reads come before it. */
  readonly made: readonly RunOutcome[];
  /** Instants that had run before. They are left as they are: `score rerun` redoes one. */
  readonly existed: readonly number[];
  /** Instants that were not run, each with the reason. */
  readonly left: readonly { readonly as_of: number; readonly reason: string }[];
}

/**
 * Runs a job, and what it reads of the same instant, as of the ticks of a range that have no run yet. Between two runs it steps aside
 * as long as a replica works on a tick of the schedule. Called again after a failure it goes on where it stopped.
 */
export async function backfill(engine: Engine, name: string, options: BackfillOptions): Promise<BackfillReport> {
  const { from, through, refresh, leaseMs, isPartialAllowed, onPlanned, onRun, onYield, pollMs = 500 } = options;
  const { decisions } = engine;
  const job = engine.job(name);
  const hasRun = (model: string, asOf: number): boolean => decisions.runsAt(model, asOf).length > 0;

  const stepAside = async (): Promise<void> => {
    for (let said: string | undefined; ; await new Promise((resolve) => setTimeout(resolve, pollMs))) {
      await refresh();
      const tick = tickInWork(engine, decisions, Date.now(), leaseMs);
      if (tick === undefined) return;
      if (tick !== said) onYield?.(tick);
      said = tick;
    }
  };

  await refresh();
  const instants = job.ticker.between(from, through);
  const open = instants.filter((asOf) => !hasRun(name, asOf));
  onPlanned?.(open);
  const made: RunOutcome[] = [];
  const left: BackfillReport['left'][number][] = [];
  for (const [index, asOf] of open.entries()) {
    const { isReady, missing } = job.readiness(asOf);
    if (!isReady && !isPartialAllowed) {
      left.push({ as_of: asOf, reason: `not sealed: ${missing.join(', ')}` });
      continue;
    }
    for (const one of engine.withUpstream(name)) {
      await stepAside();
      if (hasRun(one.name, asOf)) continue;
      const outcome = await one.run(asOf, missing);
      made.push(outcome);
      if (one === job) onRun?.(outcome, { done: index + 1, of: open.length });
    }
  }
  return { made, existed: instants.filter((asOf) => !open.includes(asOf)), left };
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
