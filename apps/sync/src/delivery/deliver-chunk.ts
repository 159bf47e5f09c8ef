import {
  cutWireBatches,
  sendWireBatch,
  type Reading,
  type WireContext,
  type WireItem,
} from '@millrace/catalog-destinations';
import type { DeliveryBatch, DeliveryOutcome, DeliveryRecord, NewOutcome, Outcome } from '@millrace/contract-delivery';
import type { Turn } from '@millrace/platform-http';
import { ExponentialBackoff, fullJitterGenerator, isBrokenCircuitError, type IBackoff } from 'cockatiel';

import type { DeliveryLedger } from './delivery-ledger';
import type { DestinationRuntime } from './destination-runtime';
import { gaveUp, judge, type FollowUp } from './judge';
import { presentable } from './presentable';

export interface ChunkDeps {
  readonly runtime: DestinationRuntime;
  readonly ledger: DeliveryLedger;
  /** Resolves once the outcomes are in the log on all in-sync replicas. */
  readonly publish: (outcomes: readonly DeliveryOutcome[]) => Promise<void>;
  /** This process no longer owns the chunk, or stops: nothing more is sent. */
  readonly isStale: () => boolean;
  /** A newer plan is current: what is not sent yet is superseded. */
  readonly isSuperseded: () => boolean;
  /** False while it is not known what may not be sent: nothing is, until it is. */
  readonly isPrivacyKnown: () => boolean;
  /** Why a record must not be sent now, in words; null: it may. */
  readonly refusalOf: (record: DeliveryRecord) => string | null;
  /** How long a destination that cannot be reached is waited for, epoch milliseconds. */
  readonly waitsUntil: (batch: DeliveryBatch) => number;
  /** Once for each change; empty: it was reached. */
  readonly onReach: (unreachableBecause: string) => void;
  readonly onPaused: (detail: string) => void;
  readonly onResumed: () => void;
  /** It asked to be left alone beyond the time that the chunk is waited for; epoch milliseconds. Once for each wait. */
  readonly onLongWait: (until: number, detail: string) => void;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

interface Job {
  readonly items: readonly WireItem[];
  readonly spent: number;
  readonly notBefore: number;
  /** How often nobody was there. */
  readonly misses?: number;
}

const LONGEST_SLEEP_MS = 200;

class InfrastructureFailure extends Error {
  constructor(readonly reading: Reading) {
    super(reading.kind);
  }
}

/**
 * Delivers one chunk: cut to what a request may hold, as many requests at once as the quota allows, failed ones again.
 * Returns true when every record has a final outcome in the log; false when it had to stop before.
 */
export async function deliverChunk(batch: DeliveryBatch, deps: ChunkDeps): Promise<boolean> {
  const { runtime, ledger } = deps;
  const { destination, settings } = runtime.configured;
  const context = contextOf(batch, deps.now());
  const fence = runtime.fenceOf(batch.object);
  const version = { asOf: batch.as_of, lane: batch.lane };
  const isDone = (item: WireItem): boolean => ledger.isDone(batch.plan_id, item.record.idempotency_key);

  const encode = (record: DeliveryRecord): WireItem => ({
    record,
    encoded: destination.encodeRecord(record, settings, context),
  });
  // Cut before leaving out what is done, so that a batch interrupted earlier is cut, and so keyed, as it was then.
  const { batches, tooLarge } = cutWireBatches(batch.records.map(encode), destination.wire(settings));
  const overtaken: WireItem[] = [];
  const queue: Job[] = [];
  for (const whole of batches) {
    const items = whole.filter((item) => !isDone(item));
    const fresh = items.filter((item) => fence.freshFields(item.record, version).length > 0);
    overtaken.push(...items.filter((item) => !fresh.includes(item)));
    if (fresh.length > 0) queue.push({ items: fresh, spent: 0, notBefore: 0 });
  }
  await record(
    batch,
    tooLarge.filter((item) => !isDone(item)),
    'rejected',
    'Larger than a request may be',
    deps,
  );
  await record(batch, overtaken, 'superseded', 'A newer value was accepted', deps);

  let underway = 0;
  const worker = async (): Promise<void> => {
    while (!deps.isStale()) {
      const index = queue.findIndex((job) => job.notBefore <= deps.now());
      if (index < 0) {
        if (queue.length === 0 && underway === 0) return;
        await deps.sleep(queue.length === 0 ? 5 : Math.min(LONGEST_SLEEP_MS, waitOf(queue, deps.now())));
        continue;
      }
      const [job] = queue.splice(index, 1) as [Job];
      underway += 1;
      try {
        const next = await runJob(batch, job, context, deps);
        queue.push(...next);
        queue.sort((a, b) => a.notBefore - b.notBefore);
      } finally {
        underway -= 1;
      }
    }
  };
  const workers = Math.max(1, Math.min(runtime.concurrency, queue.length));
  // All workers end before the first failure is raised: no request outlives the chunk.
  const ends = await Promise.allSettled(Array.from({ length: workers }, worker));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return queue.length === 0;
}

/** Sends one wire batch when its turn comes, records what became of it and returns what is to be sent again. */
async function runJob(batch: DeliveryBatch, job: Job, context: WireContext, deps: ChunkDeps): Promise<Job[]> {
  const { runtime } = deps;
  const { destination, settings, redact } = runtime.configured;
  if (deps.isSuperseded()) {
    await record(batch, job.items, 'superseded', 'A newer plan is current', deps);
    return [];
  }
  const waitsUntil = deps.waitsUntil(batch);
  // What is overdue is not tried one by one against a destination that is known to be away.
  if (runtime.unreachableBecause !== '' && deps.now() > waitsUntil) {
    await record(batch, job.items, 'retryable', gaveUp(batch.destination, runtime.unreachableBecause), deps);
    return [];
  }
  const turn = await takeTurn(batch, deps);
  if (turn === null) return [job];
  const allowed = job.items.filter((item) => deps.refusalOf(item.record) === null);
  if (allowed.length < job.items.length) {
    turn.release();
    await recordRefused(batch, job.items, deps);
    return allowed.length === 0 ? [] : [{ ...job, items: allowed }];
  }
  const isProbe = !runtime.isCircuitClosed;
  const startedAt = deps.now();
  let statusCode: number | null = null;
  let reading: Reading;
  try {
    reading = await runtime.circuit.execute(async () => {
      const now = { ...context, now: startedAt };
      const result = await sendWireBatch(destination, settings, job.items, now, (request) =>
        runtime.account.requestIn(turn, request),
      );
      statusCode = result.statusCode;
      const read = presentable(result.reading, redact);
      if (read.kind === 'retryable' || read.kind === 'unreachable' || read.kind === 'unknown')
        throw new InfrastructureFailure(read);
      return read;
    });
  } catch (error) {
    if (isBrokenCircuitError(error)) return [{ ...job, notBefore: deps.now() + LONGEST_SLEEP_MS }];
    if (!(error instanceof InfrastructureFailure)) throw error;
    reading = error.reading;
  } finally {
    turn.release();
  }
  const endedAt = deps.now();
  if (reading.kind === 'throttled') {
    const until = endedAt + reading.waitMs;
    runtime.limits.rest(until);
    if (until > waitsUntil && runtime.noteLongWait(until, endedAt)) deps.onLongWait(until, reading.detail);
  }
  if (reading.kind === 'paused' && runtime.pause(reading.detail, endedAt)) deps.onPaused(reading.detail);
  if (reading.kind === 'records' && runtime.unpause()) deps.onResumed();
  const away = reading.kind === 'unreachable' ? reading.detail : '';
  if (runtime.noteReach(away)) deps.onReach(away);
  const verdict = judge(reading, job.items, {
    destination: batch.destination,
    spent: job.spent,
    isProbe,
    isWaitOver: endedAt > waitsUntil,
  });
  const misses = away === '' ? 0 : (job.misses ?? 0) + 1;
  const followUps = verdict.followUps.map((followUp) => jobOf(followUp, misses, endedAt, runtime));
  // A destination that is away for hours is noted once, and at the end.
  if (misses > 1 && followUps.length > 0) return followUps;
  const outcomes = verdict.items.map(({ item, outcome, detail, isFinal }) =>
    outcomeOf(batch, item, { outcome, detail, isFinal, statusCode, startedAt, endedAt }, deps.ledger),
  );
  await publish(outcomes, batch, deps);
  return followUps;
}

/** Waits until flags are known, the destination is not paused and its limits let a call go. Null once another process has the chunk. */
async function takeTurn(batch: DeliveryBatch, deps: ChunkDeps): Promise<Turn | null> {
  const { runtime } = deps;
  for (;;) {
    if (deps.isStale()) return null;
    if (!deps.isPrivacyKnown()) {
      await deps.sleep(LONGEST_SLEEP_MS);
      continue;
    }
    const now = deps.now();
    const paused = runtime.pausedFor(now);
    if (paused === 0) {
      const grant = runtime.limits.take({ mayUseReserve: batch.lane === 'urgent' }, now);
      if (grant.ok) return grant.turn;
      await deps.sleep(Math.min(LONGEST_SLEEP_MS, grant.waitMs));
    } else {
      await deps.sleep(Math.min(LONGEST_SLEEP_MS, paused));
    }
  }
}

function jobOf(followUp: FollowUp, misses: number, now: number, runtime: DestinationRuntime): Job {
  const { backoffFirstMs, backoffLongestMs, circuitOpenMs } = runtime.settings;
  if (followUp.after === 'at once' || followUp.after === 'rest') return { ...followUp, misses, notBefore: 0 };
  const isAway = followUp.after === 'reach';
  let backoff: IBackoff<unknown> = new ExponentialBackoff({
    initialDelay: backoffFirstMs,
    // The circuit limits how often a destination that is away is looked at; one that is back is not kept waiting.
    maxDelay: isAway ? Math.max(circuitOpenMs, backoffFirstMs) : backoffLongestMs,
    generator: fullJitterGenerator,
  }).next();
  for (let step = 1; step < Math.min(isAway ? misses : followUp.spent, 32); step++) backoff = backoff.next(undefined);
  return { ...followUp, misses, notBefore: now + backoff.duration };
}

const waitOf = (queue: readonly Job[], now: number): number =>
  Math.max(1, Math.min(...queue.map((job) => job.notBefore)) - now);

const contextOf = (batch: DeliveryBatch, now: number): WireContext => ({
  destination: batch.destination,
  object: batch.object,
  lane: batch.lane,
  plan_id: batch.plan_id,
  run_id: batch.run_id,
  chunk: batch.chunk,
  as_of: batch.as_of,
  now,
});

/** Records a final outcome of items that are not sent. */
async function record(
  batch: DeliveryBatch,
  items: readonly WireItem[],
  outcome: Outcome,
  detail: string,
  deps: ChunkDeps,
): Promise<void> {
  const now = deps.now();
  const facts = { outcome, detail, isFinal: true, statusCode: null, startedAt: now, endedAt: now };
  await publish(
    items.map((item) => outcomeOf(batch, item, facts, deps.ledger)),
    batch,
    deps,
  );
}

/** What was planned a while ago may be forbidden by now. */
async function recordRefused(batch: DeliveryBatch, items: readonly WireItem[], deps: ChunkDeps): Promise<void> {
  const byReason = new Map<string, WireItem[]>();
  for (const item of items) {
    const refusal = deps.refusalOf(item.record);
    if (refusal !== null) byReason.set(refusal, [...(byReason.get(refusal) ?? []), item]);
  }
  for (const [refusal, refused] of byReason) await record(batch, refused, 'superseded', refusal, deps);
}

async function publish(outcomes: readonly DeliveryOutcome[], batch: DeliveryBatch, deps: ChunkDeps): Promise<void> {
  if (outcomes.length === 0) return;
  await deps.publish(outcomes);
  const fence = deps.runtime.fenceOf(batch.object);
  for (const outcome of outcomes) {
    deps.ledger.note(outcome);
    if (outcome.outcome === 'accepted') fence.accept(outcome, { asOf: batch.as_of, lane: batch.lane });
  }
}

function outcomeOf(
  batch: DeliveryBatch,
  { record: { record_id, match_key, idempotency_key, fields } }: WireItem,
  facts: {
    readonly outcome: Outcome;
    readonly detail: string;
    readonly isFinal: boolean;
    readonly statusCode: number | null;
    readonly startedAt: number;
    readonly endedAt: number;
  },
  ledger: DeliveryLedger,
): NewOutcome {
  return {
    destination: batch.destination,
    object: batch.object,
    record_id,
    match_key,
    lane: batch.lane,
    plan_id: batch.plan_id,
    run_id: batch.run_id,
    idempotency_key,
    attempt: ledger.nextAttempt(idempotency_key),
    outcome: facts.outcome,
    detail: facts.detail,
    status_code: facts.statusCode,
    fields,
    as_of: batch.as_of,
    attempted_at: facts.startedAt,
    duration_ms: facts.endedAt - facts.startedAt,
    is_final: facts.isFinal,
    accepted_at: batch.accepted_at,
  };
}
