import type { Rebuilt } from './replay-steps';

const EXPIRED = 'records that the log no longer holds';

/**
 * Of a step rebuilt from the log into an empty database: whether the log has lost what the step, or a step that it builds on, was made
 * of. Offsets that were lost before the step was sealed are in its record and explain nothing.
 */
export function explainLog({ link, skipped, summary, notKeptBefore }: Rebuilt): string | null {
  const { totals, rebuild, first_window: firstWindow } = link.step;
  if (skipped > totals.skipped) return EXPIRED;
  if (notKeptBefore === undefined || summary === null) return null;
  const { closedBefore } = notKeptBefore;
  if (rebuild !== undefined) return rebuild.from < closedBefore ? EXPIRED : null;
  // Its windows closed now, their records landed in part before.
  const isPart = summary.totals.sealed + summary.totals.duplicates !== totals.sealed + totals.duplicates;
  // What is late is told from what is a duplicate by rows that could not be rebuilt.
  const isLate = firstWindow !== null && firstWindow < closedBefore;
  return isPart || isLate ? EXPIRED : null;
}
