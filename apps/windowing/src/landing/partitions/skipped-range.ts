/**
 * Why offsets hold no record to land. marker_or_aborted: transaction markers, aborted or compacted records. lost: this
 * service had read up to here and retention was faster. expired_before_landing: gone before the partition was first read.
 */
export const SKIP_REASONS = ['marker_or_aborted', 'lost', 'expired_before_landing'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Offsets `[from, to)` of a lane. Ranges recorded by different readers may overlap: count their union. */
export interface SkippedRange {
  readonly from: number;
  readonly to: number;
  readonly reason: SkipReason;
}
