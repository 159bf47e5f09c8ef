import type { WindowSettings } from '@millrace/contract-window';

/** What decides when a step is proposed. All durations in milliseconds. */
export interface SealSettings {
  readonly window: WindowSettings;
  /** A window that ended longer ago than this is final. */
  readonly horizonMs: number;
  /** The log's clock is asked only for times that this clock has passed by so much. */
  readonly skewMs: number;
  readonly lateIntervalMs: number;
  /** A partition that has not caught up so long after T is left behind. */
  readonly deadlineMs: number;
  /** From so many late rows on it is an import: wait until it is quiet, or its oldest row has waited too long. */
  readonly importRows: number;
  readonly importQuietMs: number;
  readonly importLongestWaitMs: number;
}
