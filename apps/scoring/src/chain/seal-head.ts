import type { SealStep } from '@millrace/contract-window';

/** Up to where windows are sealed. */
export interface SealHead {
  /** T, epoch milliseconds. */
  readonly closedThrough: number;
  readonly windowSizeMs: number;
  readonly graceMs: number;
}

/** As of a step of the chain; undefined before the first. */
export function sealHeadOf(step: SealStep | undefined): SealHead | undefined {
  if (step === undefined) return undefined;
  const { size_ms: windowSizeMs, grace_ms: graceMs } = step.window;
  return { closedThrough: step.closed_through, windowSizeMs, graceMs };
}
