import type { Reading, WireItem } from '@millrace/catalog-destinations';
import type { Outcome } from '@millrace/contract-delivery';

export const MAX_ATTEMPTS = 3;

/** What became of one item, and whether it is sent again. */
export interface ItemVerdict {
  readonly item: WireItem;
  readonly outcome: Outcome;
  readonly detail: string;
  readonly isFinal: boolean;
}

/** Items to send again. `spent` counts attempts used up; a quota's or an operator's "not now" uses up none. */
export interface FollowUp {
  readonly items: readonly WireItem[];
  readonly spent: number;
  readonly after: 'backoff' | 'at once' | 'rest';
}

export interface Verdict {
  readonly items: readonly ItemVerdict[];
  readonly followUps: readonly FollowUp[];
}

const SENT_AGAIN: ReadonlySet<Outcome> = new Set(['retryable', 'unknown']);

/**
 * From what an answer says to what is recorded and what is sent again. Pure. `isProbe`: the circuit was not closed, so
 * the attempt is a look whether the destination is back and uses up nothing.
 */
export function judge(reading: Reading, items: readonly WireItem[], spent: number, isProbe: boolean): Verdict {
  switch (reading.kind) {
    case 'records':
      return judgeRecords(new Map(reading.outcomes.map((one) => [one.record_id, one])), items, spent);
    case 'throttled':
      return again(items, 'throttled', reading.detail, { items, spent, after: 'rest' });
    case 'paused':
      return again(items, 'retryable', reading.detail, { items, spent, after: 'rest' });
    case 'batch_rejected':
      return items.length === 1 ? ended(items, 'rejected', reading.detail) : bisect(items, reading.detail, spent);
    case 'retryable':
    case 'unknown': {
      const used = isProbe ? spent : spent + 1;
      if (used >= MAX_ATTEMPTS) return ended(items, reading.kind, reading.detail);
      return again(items, reading.kind, reading.detail, { items, spent: used, after: 'backoff' });
    }
  }
}

/** A batch that is refused whole is halved until the bad record stands alone; halving uses up no attempt. */
function bisect(items: readonly WireItem[], detail: string, spent: number): Verdict {
  const middle = Math.ceil(items.length / 2);
  const halves = [items.slice(0, middle), items.slice(middle)];
  return {
    items: items.map((item) => ({
      item,
      outcome: 'retryable',
      detail: `Refused as a batch: ${detail}`,
      isFinal: false,
    })),
    followUps: halves.map((half) => ({ items: half, spent, after: 'at once' })),
  };
}

function judgeRecords(
  outcomes: ReadonlyMap<string, { readonly outcome: Outcome; readonly detail: string }>,
  items: readonly WireItem[],
  spent: number,
): Verdict {
  const used = spent + 1;
  const verdicts = items.map((item): ItemVerdict => {
    const read = outcomes.get(item.record.record_id) ?? { outcome: 'unknown' as const, detail: 'No outcome was read' };
    const isSentAgain = (SENT_AGAIN.has(read.outcome) && used < MAX_ATTEMPTS) || read.outcome === 'throttled';
    return { item, outcome: read.outcome, detail: read.detail, isFinal: !isSentAgain };
  });
  const toRepeat = verdicts.filter(({ isFinal }) => !isFinal);
  const throttled = toRepeat.filter(({ outcome }) => outcome === 'throttled').map(({ item }) => item);
  const others = toRepeat.filter(({ outcome }) => outcome !== 'throttled').map(({ item }) => item);
  const followUps: FollowUp[] = [];
  if (others.length > 0) followUps.push({ items: others, spent: used, after: 'backoff' });
  if (throttled.length > 0) followUps.push({ items: throttled, spent, after: 'backoff' });
  return { items: verdicts, followUps };
}

const again = (items: readonly WireItem[], outcome: Outcome, detail: string, followUp: FollowUp): Verdict => ({
  items: items.map((item) => ({ item, outcome, detail, isFinal: false })),
  followUps: [followUp],
});

const ended = (items: readonly WireItem[], outcome: Outcome, detail: string): Verdict => ({
  items: items.map((item) => ({ item, outcome, detail, isFinal: true })),
  followUps: [],
});
