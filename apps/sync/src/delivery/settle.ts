import type { WireItem } from '@millrace/catalog-destinations';
import { ExponentialBackoff, fullJitterGenerator, type IBackoff } from 'cockatiel';

import type { Alone } from './bisection';
import { isDone, type Chunk, type Sending } from './chunk';
import { judge, type Answered, type AttemptFacts, type FollowUp, type Verdict } from './judge';
import { recordVerdicts } from './record-outcomes';
import { tellLongWait } from './take-turn';

/** What an attempt, or a job, came to. */
export interface Came extends AttemptFacts {
  readonly reading: Answered;
  /** The circuit was not closed: it was a look whether the destination is back. */
  readonly isProbe: boolean;
}

/** Takes note of what an attempt at `items` says, records it and returns what is sent again. */
export async function settle(
  chunk: Chunk,
  sending: Sending,
  items: readonly WireItem[],
  came: Came,
): Promise<readonly Sending[]> {
  if (came.reading.kind === 'batch_rejected') return settleRefused(chunk, sending, items, came, came.reading);
  noteState(chunk, came.reading);
  if (came.reading.kind === 'records') {
    const isAnyTaken = came.reading.outcomes.some(({ outcome }) => outcome === 'accepted');
    await recordAlone(chunk, chunk.bisection.answered(sending.halving, isAnyTaken));
  }
  const verdict = judgeIn(chunk, sending, items, came);
  const misses = came.reading.kind === 'unreachable' ? sending.misses + 1 : 0;
  const again = verdict.followUps.map((followUp) => nextSending(sending, followUp, misses, came.endedAt, chunk));
  // A destination that is away for hours is noted once, and at the end.
  if (misses > 1 && again.length > 0) return again;
  await recordOpen(chunk, verdict, came);
  return again;
}

/** The limits rest, the destination is paused, away, or takes records again. */
export function noteState(chunk: Chunk, reading: Answered): void {
  const { runtime, now, onPaused, onResumed, onReach } = chunk.deps;
  if (reading.kind === 'throttled') {
    const until = now() + reading.waitMs;
    runtime.limits.rest(until);
    tellLongWait(chunk, until, reading.detail);
  }
  if (reading.kind === 'paused' && runtime.pause(reading.detail, now())) onPaused(reading.detail);
  if (reading.kind === 'records' && runtime.unpause()) onResumed();
  const away = reading.kind === 'unreachable' ? reading.detail : '';
  if (runtime.noteReach(away)) onReach(away);
}

async function settleRefused(
  chunk: Chunk,
  sending: Sending,
  items: readonly WireItem[],
  came: Came,
  reading: Extract<Answered, { kind: 'batch_rejected' }>,
): Promise<readonly Sending[]> {
  noteReachOnly(chunk);
  const verdict = judgeIn(chunk, sending, items, came);
  const [only] = items.length === 1 ? verdict.items : [];
  const alone = only === undefined ? undefined : { verdict: only, facts: came };
  const ruling = chunk.bisection.refused(items, reading, sending.halving, alone);
  await recordAlone(chunk, ruling.clear);
  if (ruling.kind === 'alone') return [];
  if (ruling.kind === 'halve') {
    await recordOpen(chunk, verdict, came);
    return verdict.followUps.map((followUp) => ({
      ...nextSending(sending, followUp, 0, came.endedAt, chunk),
      halving: ruling.halving,
    }));
  }
  const parts = sending.halving === undefined ? [] : chunk.withdraw(sending.halving);
  const whole = inPlanOrder(chunk, [...ruling.items, ...items, ...parts]);
  const { halving: _halving, ...rest } = sending;
  const paused: Came = { ...came, reading: { kind: 'paused', detail: ruling.detail } };
  return settle(chunk, { ...rest, items: whole }, whole, paused);
}

/** What stood alone is the record's own fault. */
export async function recordAlone(chunk: Chunk, alone: readonly Alone[]): Promise<void> {
  for (const { verdict, facts } of alone) await recordVerdicts(chunk, [verdict], facts);
}

const noteReachOnly = ({ deps }: Chunk): void => {
  if (deps.runtime.noteReach('')) deps.onReach('');
};

function judgeIn({ batch, deps }: Chunk, { spent }: Sending, items: readonly WireItem[], came: Came): Verdict {
  const { destination } = batch;
  const isWaitOver = came.endedAt > deps.waitsUntil(batch);
  return judge(came.reading, items, { destination, spent, isProbe: came.isProbe, isWaitOver });
}

const recordOpen = (chunk: Chunk, { items }: Verdict, facts: AttemptFacts): Promise<void> =>
  recordVerdicts(
    chunk,
    items.filter(({ item }) => !isDone(chunk, item)),
    facts,
  );

function inPlanOrder({ batch }: Chunk, items: readonly WireItem[]): readonly WireItem[] {
  const place = new Map(batch.records.map(({ idempotency_key }, index) => [idempotency_key, index]));
  const placeOf = ({ record }: WireItem): number => place.get(record.idempotency_key) ?? 0;
  return [...items].sort((a, b) => placeOf(a) - placeOf(b));
}

function nextSending(
  { job, halving }: Sending,
  { items, spent, after }: FollowUp,
  misses: number,
  now: number,
  { deps }: Chunk,
): Sending {
  const next = { items, spent, misses, job, ...(halving === undefined ? {} : { halving }) };
  if (after === 'at once' || after === 'rest') return { ...next, notBefore: 0 };
  const { backoffFirstMs, backoffLongestMs, circuitOpenMs } = deps.runtime.settings;
  const isAway = after === 'reach';
  let backoff: IBackoff<unknown> = new ExponentialBackoff({
    initialDelay: backoffFirstMs,
    // The circuit limits how often a destination that is away is looked at; one that is back is not kept waiting.
    maxDelay: isAway ? Math.max(circuitOpenMs, backoffFirstMs) : backoffLongestMs,
    generator: fullJitterGenerator,
  }).next();
  for (let step = 1; step < Math.min(isAway ? misses : spent, 32); step++) backoff = backoff.next(undefined);
  return { ...next, notBefore: now + backoff.duration };
}
