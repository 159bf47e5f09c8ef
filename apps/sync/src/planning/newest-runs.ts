import type { RunPublished } from '@millrace/contract-score';

/** A run and where its decision is in the log. */
export interface LoggedRun {
  readonly run: RunPublished;
  readonly offset: bigint;
}

/** The run that is current for each model: the latest as_of, then the latest decision. A back-fill never becomes current. */
export function newestRuns(runs: Iterable<LoggedRun>): ReadonlyMap<string, LoggedRun> {
  const newest = new Map<string, LoggedRun>();
  for (const logged of runs) {
    const known = newest.get(logged.run.model);
    const isNewer =
      known === undefined ||
      logged.run.as_of > known.run.as_of ||
      (logged.run.as_of === known.run.as_of && logged.offset > known.offset);
    if (isNewer) newest.set(logged.run.model, logged);
  }
  return newest;
}

/** The run that an object of these models and this entity is planned for now: the latest decision among their current runs. */
export function currentRunOf(
  models: readonly string[],
  entity: 'person' | 'account',
  newest: ReadonlyMap<string, LoggedRun>,
): RunPublished | undefined {
  const candidates = models.flatMap((model) => newest.get(model) ?? []).filter(({ run }) => run.entity_kind === entity);
  return candidates.sort((a, b) => (a.offset < b.offset ? 1 : -1))[0]?.run;
}
