import type { Engine, RunMore } from './engine';
import type { RunOutcome } from './run-model';

/**
 * A run of a model, after runs of the same instant of the models that it reads. What exists with the same inputs is left as
 * it is. Returns the outcome of the model itself, last, and those before it.
 */
export async function runWithUpstream(
  engine: Engine,
  name: string,
  asOf: number,
  missing: readonly string[],
  assertHeld?: () => void,
  more?: RunMore,
): Promise<readonly [RunOutcome, ...RunOutcome[]]> {
  const outcomes: RunOutcome[] = [];
  for (const job of engine.withUpstream(name)) outcomes.unshift(await job.run(asOf, missing, assertHeld, more));
  return outcomes as [RunOutcome, ...RunOutcome[]];
}
