import type { OffsetRange } from './vector-ranges';

/** The offsets of a step in one partition, each kind counted on its own. Proven: raw + quarantined + skipped = offsets. */
export interface PartitionCount extends OffsetRange {
  readonly offsets: number;
  readonly raw: number;
  readonly quarantined: number;
  readonly skipped: number;
}

/** An inclusive run of offsets. */
export interface OffsetRun {
  readonly first: number;
  readonly last: number;
}

/** Offsets of [from, to) that are in at least one of the runs; overlaps count once. */
export function countCovered(from: number, to: number, runs: readonly OffsetRun[]): number {
  return to - from - missingRuns(from, to, runs).reduce((total, { first, last }) => total + last - first + 1, 0);
}

/** The parts of [from, to) that no run covers, ascending. */
export function missingRuns(from: number, to: number, runs: readonly OffsetRun[]): OffsetRun[] {
  const missing: OffsetRun[] = [];
  let next = from;
  for (const { first, last } of [...runs].sort((a, b) => a.first - b.first)) {
    if (first >= to) break;
    if (first > next) missing.push({ first: next, last: Math.min(first, to) - 1 });
    next = Math.max(next, last + 1);
  }
  if (next < to) missing.push({ first: next, last: to - 1 });
  return missing;
}
