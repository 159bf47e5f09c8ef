import type { SealStep } from './seal-step';

/** Views that windowing publishes for models; docs/data-model.md has their columns. */
export const SEALED_VIEWS = {
  /** Sealed signals as of a step. Bound by `as_of_step`, `folded_through`, `winners`, `rebuilds`. */
  rows: 'sealed_rows',
  /** Newest step that touched each window, of those above `after_step`; bound like `sealed_rows` besides. */
  windows: 'sealed_windows',
  /** Rows of each attempt on the replica that answers. Bound by `after_step`, `through_step`. */
  counts: 'attempt_counts',
  /** How far losing attempts are cleaned up, and rows dropped. */
  folded: 'folded_through',
  /** Which attempt won each mirrored step. */
  steps: 'sealed_steps',
} as const;

/** Every sealed signal as of now, for people and tools: where lineage says that signals are. */
export const SIGNALS_VIEW = 'signals';

/** What `sealed_rows` and `sealed_windows` are bound by; each name is a parameter of the views, with its type in ClickHouse. */
export const SEALED_PARAMS = {
  as_of_step: 'UInt64',
  folded_through: 'UInt64',
  winners: 'Array(Tuple(UInt64, UUID))',
  rebuilds: 'Array(Tuple(UInt64, DateTime, DateTime))',
} as const;

/** Values of `SEALED_PARAMS`. */
export interface SealedParams {
  readonly as_of_step: number;
  /** Steps up to it have no losing attempts left. */
  readonly folded_through: number;
  /** (step, attempt) that won, above `folded_through` and up to `as_of_step`. */
  readonly winners: readonly (readonly [step: number, attemptId: string])[];
  /** (step, from, to) of rebuilds up to `as_of_step`, in epoch seconds: earlier rows of windows in [from, to) are replaced. */
  readonly rebuilds: readonly (readonly [step: number, from: number, to: number])[];
}

/** The most winners that are bound. Above it a reader waits for losing attempts to be cleaned up: each query carries them all. */
export const MOST_WINNERS = 5_000;

/** Binds reads to the chain as of a step. `steps` are those of the log, `foldedThrough` is what the view says. */
export function bindSteps(steps: Iterable<SealStep>, asOfStep: number, foldedThrough: number): SealedParams {
  const winners: [number, string][] = [];
  const rebuilds: [number, number, number][] = [];
  const folded = Math.min(foldedThrough, asOfStep);
  for (const { step, attempt_id: attemptId, rebuild } of steps) {
    if (step > asOfStep) continue;
    if (step > folded) winners.push([step, attemptId]);
    if (rebuild !== undefined) rebuilds.push([step, Math.floor(rebuild.from / 1000), Math.floor(rebuild.to / 1000)]);
  }
  return { as_of_step: asOfStep, folded_through: folded, winners, rebuilds };
}
