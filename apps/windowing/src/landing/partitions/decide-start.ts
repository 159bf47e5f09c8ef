import type { SkippedRange } from './skipped-range';

/** What is known about a partition when it is assigned. Offsets are "next" offsets: one after the last. */
export interface PartitionHistory {
  /** The landed position that ClickHouse knows, in the topic's current epoch. */
  readonly landed: number | undefined;
  /** The partition's offset in the last seal step. */
  readonly sealed: number | undefined;
  /** First offset that the log still holds, and its end. */
  readonly logStart: number;
  readonly logEnd: number;
  /** False when the log has another append time than ClickHouse at an offset that both know: it is another log. */
  readonly isSameLog: boolean;
}

export type StartDecision =
  { readonly start: number; readonly skipped: readonly SkippedRange[] } | { readonly refusal: string };

/**
 * Where to read a partition from. The landed position is what counts: what was committed to the group may be behind it
 * (it is then read twice, which does no harm) or ahead of it (it would be a loss).
 */
export function decideStart({ landed, sealed, logStart, logEnd, isSameLog }: PartitionHistory): StartDecision {
  const expected = Math.max(landed ?? 0, sealed ?? 0);
  if (logEnd < expected) {
    return {
      refusal: `the log ends at offset ${logEnd}, but ${expected} offsets were landed: re-created or truncated`,
    };
  }
  if (!isSameLog)
    return { refusal: 'the log holds other records at offsets that were landed: the topic was re-created' };
  if (landed === undefined) {
    const skipped: SkippedRange[] = [];
    if (logStart > 0) skipped.push({ from: 0, to: logStart, reason: 'expired_before_landing' });
    return { start: logStart, skipped };
  }
  if (logStart > landed) return { start: logStart, skipped: [{ from: landed, to: logStart, reason: 'lost' }] };
  return { start: landed, skipped: [] };
}
