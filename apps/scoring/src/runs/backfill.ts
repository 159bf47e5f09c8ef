import type { Engine } from './engine';
import type { RunOutcome } from './run-model';
import { createStepAside, type StepAsideOptions } from './step-aside';

export interface BackfillOptions extends StepAsideOptions {
  /** Epoch milliseconds; ticks of the job from `from` through `through` are run, the oldest first. */
  readonly from: number;
  readonly through: number;
  readonly isPartialAllowed: boolean;
  readonly onPlanned?: (instants: readonly number[]) => void;
  readonly onRun?: (outcome: RunOutcome, place: { readonly done: number; readonly of: number }) => void;
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
  const { from, through, refresh, leaseMs, isPartialAllowed, onPlanned, onRun, onYield, pollMs } = options;
  const { decisions } = engine;
  const job = engine.job(name);
  const hasRun = (model: string, asOf: number): boolean => decisions.runsAt(model, asOf).length > 0;

  const stepAside = createStepAside(engine, { refresh, leaseMs, onYield, pollMs });

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
