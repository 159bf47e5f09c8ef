import type { Reading, WireItem } from '@millrace/catalog-destinations';
import type { Outcome } from '@millrace/contract-delivery';

export const MAX_ATTEMPTS = 3;

/** What an answer says when nothing is under way any more; of a job its end. */
export type Answered = Exclude<Reading, { kind: 'started' }>;

/** What became of one item, and whether it is sent again. */
export interface ItemVerdict {
  readonly item: WireItem;
  readonly outcome: Outcome;
  readonly detail: string;
  readonly isFinal: boolean;
}

/** What all items of one request have in common; instants in epoch milliseconds. */
export interface AttemptFacts {
  readonly statusCode: number | null;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Items to send again. `spent` counts attempts used up; a quota's or an operator's "not now" uses up none. */
export interface FollowUp {
  readonly items: readonly WireItem[];
  readonly spent: number;
  readonly after: 'backoff' | 'at once' | 'rest' | 'reach';
}

export interface Verdict {
  readonly items: readonly ItemVerdict[];
  readonly followUps: readonly FollowUp[];
}

const SENT_AGAIN: ReadonlySet<Outcome> = new Set(['retryable', 'unknown']);

export interface Circumstances {
  readonly destination: string;
  readonly spent: number;
  /** The circuit was not closed: the attempt is a look whether the destination is back and uses up nothing. */
  readonly isProbe: boolean;
  /** A destination that cannot be reached has been waited for as long as it may be. */
  readonly isWaitOver: boolean;
}

/** How an operator sends what ended without an answer for good. */
const sendAgain = (destination: string): string =>
  `send again with npx millrace deliveries retry --destination ${destination}`;

/** Words for the end of records whose destination was not there in time. */
export const gaveUp = (destination: string, detail: string): string =>
  `Given up, nothing was sent: nobody answers (${detail}); when it is back ${sendAgain(destination)}`;

/** From what an answer says to what is recorded and what is sent again. Pure. */
export function judge(reading: Answered, items: readonly WireItem[], circumstances: Circumstances): Verdict {
  const { destination, spent, isProbe, isWaitOver } = circumstances;
  const failed = (detail: string): string => `${detail}; ${MAX_ATTEMPTS} attempts are spent, ${sendAgain(destination)}`;
  switch (reading.kind) {
    case 'records':
      return judgeRecords(new Map(reading.outcomes.map((one) => [one.record_id, one])), items, spent, failed);
    case 'throttled':
      return again(items, 'throttled', reading.detail, { items, spent, after: 'rest' });
    case 'paused':
      return again(items, 'retryable', reading.detail, { items, spent, after: 'rest' });
    case 'batch_rejected':
      return items.length === 1 ? ended(items, 'rejected', reading.detail) : bisect(items, reading.detail, spent);
    case 'unreachable':
      if (isWaitOver) return ended(items, 'retryable', gaveUp(destination, reading.detail));
      return again(items, 'retryable', `Nothing was sent, it is waited for: ${reading.detail}`, {
        items,
        spent,
        after: 'reach',
      });
    case 'retryable':
    case 'unknown': {
      const used = isProbe ? spent : spent + 1;
      if (used >= MAX_ATTEMPTS) return ended(items, reading.kind, failed(reading.detail));
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
  failed: (detail: string) => string,
): Verdict {
  const used = spent + 1;
  const verdicts = items.map((item): ItemVerdict => {
    const read = outcomes.get(item.record.record_id) ?? { outcome: 'unknown' as const, detail: 'No outcome was read' };
    const isSpent = SENT_AGAIN.has(read.outcome) && used >= MAX_ATTEMPTS;
    const isSentAgain = (SENT_AGAIN.has(read.outcome) && !isSpent) || read.outcome === 'throttled';
    return { item, outcome: read.outcome, detail: isSpent ? failed(read.detail) : read.detail, isFinal: !isSentAgain };
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
