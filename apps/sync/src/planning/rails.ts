import type { PlanDecision } from '@millrace/contract-delivery';

/** Runs that a plan is compared with. */
export const COMPARED_PLANS = 14;
const FEWEST_RECORDS = 50;
const SHARE_OF_RECORDS = 0.3;
const TIMES_MEDIAN = 2;
const SHARE_OF_EXITS = 0.1;

/** How much of a plan is sent without anybody's approval. */
export interface Rails {
  readonly mostRecords: number;
  /** Leavers and records whose stage ends. */
  readonly mostExits: number;
  /** In words, for who approves; undefined where nothing can be held. */
  readonly because: string | undefined;
}

const NONE: Rails = { mostRecords: Number.MAX_SAFE_INTEGER, mostExits: Number.MAX_SAFE_INTEGER, because: undefined };

/**
 * How much of a plan goes out by itself. `records` counts the object's records, those that left too. `earlier` are the plans whose newest
 * member was a scheduled run of the same model and that had something to send. A first plan and an object of few records have no rails.
 */
export function railsOf(
  earlier: readonly Pick<PlanDecision, 'to_send' | 'suppressed'>[],
  records: number,
  isFirst: boolean,
): Rails {
  if (isFirst || records < FEWEST_RECORDS) return NONE;
  const mostExits = Math.floor(records * SHARE_OF_EXITS);
  const exits = `more than ${mostExits} leavers and stage exits (10% of ${records} records)`;
  const last = earlier.slice(-COMPARED_PLANS);
  if (last.length < COMPARED_PLANS) {
    return { mostRecords: NONE.mostRecords, mostExits, because: exits };
  }
  const median = medianOf(last.map(({ to_send, suppressed }) => to_send + (suppressed.waits_for_approval ?? 0)));
  const byShare = Math.floor(records * SHARE_OF_RECORDS);
  const byMedian = Math.floor(median * TIMES_MEDIAN);
  const mostRecords = Math.min(byShare, byMedian);
  const words =
    byShare <= byMedian
      ? `30% of ${records} records`
      : `twice the median of the last ${COMPARED_PLANS} plans, ${median}`;
  return { mostRecords, mostExits, because: `more than ${mostRecords} records (${words}), or ${exits}` };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = 0, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
