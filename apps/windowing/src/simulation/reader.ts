import { digestOfRows } from './select-rows';
import type { Oracle } from './oracle';
import type { SealedRow } from './store';
import type { Actor, World } from './world';

/** An analyst's query on the view, again and again: each step it sees must be whole, and exactly what the log says it is. */
export function* read(world: World, oracle: Oracle): Actor {
  const { store } = world;
  for (;;) {
    yield;
    let rows: readonly SealedRow[] = store.rows;
    if (!world.has('readsWinnersFirst')) {
      rows = [...rows];
      yield;
    }
    const { foldedThrough } = store;
    const steps = [...store.steps];
    const winners = new Map(steps.map((step) => [step.step, step.attempt_id]));
    if (world.has('readsWinnersFirst')) {
      yield;
      rows = store.rows;
    }
    const newest = steps.at(-1)?.step ?? 0;
    const visible = rows.filter(
      (row) =>
        row.step <= newest &&
        (row.step <= foldedThrough || winners.get(row.step) === row.attemptId || !world.has('showsWinnersOnly')),
    );
    for (const truth of oracle.steps()) {
      if (truth.step > newest) break;
      const seen = visible.filter((row) => row.step === truth.step);
      if (digestOfRows(seen) === truth.digest) continue;
      world.violate('I7 a reader sees whole steps', `step ${truth.step}: ${seen.length} rows of ${truth.rows}`);
    }
  }
}
