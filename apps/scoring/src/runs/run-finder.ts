import type { RunPublished } from '@millrace/contract-score';

/** Finds what a run may read. */
export interface RunFinder {
  /** The newest run for the newest instant at or before `through`. */
  newestRun(model: string, through: number): RunPublished | undefined;
}

/** What was tried before comes first, the published runs where nothing of the model was. */
export function trialsFirst(trials: readonly RunPublished[], published: RunFinder): RunFinder {
  return {
    newestRun(model, through) {
      const known = trials.filter((run) => run.model === model && run.as_of <= through);
      const newest = Math.max(...known.map((run) => run.as_of));
      return known.findLast((run) => run.as_of === newest) ?? published.newestRun(model, through);
    },
  };
}

/** What is tried alone reads no published run. */
export const NO_RUNS: RunFinder = { newestRun: () => undefined };
