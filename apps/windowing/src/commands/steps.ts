import { UsageError } from '@millrace/platform-errors';

export const MOST_STEPS = 999_999_999;

/** Throws a UsageError for a step that the chain does not have. */
export function assertStep(step: number, head: number): void {
  if (step >= 1 && step <= head) return;
  const there = head === 0 ? 'Nothing has been sealed yet' : `There are steps 1 to ${head}`;
  throw new UsageError(`There is no step ${step}`, { code: 'STEP_UNKNOWN', advice: there });
}
