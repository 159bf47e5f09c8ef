import type { RunPublished } from '@millrace/contract-score';

import type { Engine } from '../runs/engine';

export interface TriedInstant {
  readonly asOf: number;
  /** What reads comes after what it reads. */
  readonly runs: readonly RunPublished[];
  readonly notes: readonly string[];
}

/**
 * Runs models, and those that they read, as of an instant, and publishes none. Each is what a first run would be: it continues no
 * other, and reads no published one. A run that is there from before is not made again.
 */
export async function tryInstant(
  engine: Engine,
  names: readonly string[],
  asOf: number,
  stepAside: () => Promise<void>,
): Promise<TriedInstant> {
  const wanted = new Set(names.flatMap((name) => engine.withUpstream(name)));
  const runs: RunPublished[] = [];
  const notes = new Set<string>();
  for (const job of engine.jobs) {
    if (!wanted.has(job)) continue;
    await stepAside();
    const { missing } = job.readiness(asOf);
    const outcome = await job.try(asOf, { purpose: 'backtest', missing, reads: runs, isAlone: true });
    runs.push(outcome.run);
    for (const note of outcome.notes) notes.add(note);
  }
  return { asOf, runs, notes: [...notes] };
}
