import type { WireBatch, WireItem } from '@millrace/catalog-destinations';

import { attempt } from './attempt';
import { endOf, isDone, type Chunk, type Sending } from './chunk';
import { followJob } from './follow-job';
import { gaveUp } from './judge';
import { recordUnsent } from './record-outcomes';
import { sendableOf } from './sendable';
import { settle } from './settle';
import { LONGEST_SLEEP_MS, takeTurn } from './take-turn';

/** Sends items when their turn comes, records what became of them and returns what is to be sent again. */
export async function send(chunk: Chunk, sending: Sending): Promise<readonly Sending[]> {
  const { deps, route, batch } = chunk;
  if (sending.items.every((item) => isDone(chunk, item))) return [];
  const name = { plan_id: batch.plan_id, chunk: batch.chunk, batch: sending.job };
  const begun = route.resume === undefined ? undefined : deps.jobs.find(name);
  if (begun !== undefined) return followJob(chunk, sending, { job: begun, pollAfterMs: 0 });

  if (await endsUnsent(chunk, sending)) return [];
  const waiting = sending.items.filter((item) => !isDone(chunk, item));
  const [first] = waiting;
  if (first === undefined) return [];
  const context = chunk.contextFor(first.record);
  const turn = await takeTurn(chunk, { items: waiting, context: { ...context, now: deps.now() } });
  if (turn === null) return [sending];
  // What was planned a while ago may be forbidden by now, or overtaken while it waited.
  const items = await open(chunk, sending.items);
  if (items.length === 0) {
    turn.release();
    return [];
  }
  const wire: WireBatch = { items, context: { ...context, now: deps.now() } };
  const came = await attempt(chunk, wire, turn);
  if (came === null) return [{ ...sending, notBefore: deps.now() + LONGEST_SLEEP_MS }];
  const { reading } = came;
  // The wait for a turn was given up, not the destination asked for one.
  if (reading.kind === 'throttled' && chunk.signal.aborted) return [sending];
  if (reading.kind !== 'started') return settle(chunk, sending, items, { ...came, reading });

  const { destination, object } = batch;
  const started = { ...name, destination, object, route: route.name, job: reading.job, started_at: came.startedAt };
  const job = await deps.jobs.decide(started);
  return followJob(chunk, sending, { job, pollAfterMs: reading.pollAfterMs, given: reading.job });
}

/** What may be sent; the rest is recorded. */
async function open(chunk: Chunk, all: readonly WireItem[]): Promise<readonly WireItem[]> {
  const { items, unsent } = sendableOf(chunk, all);
  for (const [reason, left] of unsent) await recordUnsent(chunk, left, 'superseded', reason);
  return items;
}

/** Whether nothing of it is sent any more; that is recorded. */
async function endsUnsent(chunk: Chunk, sending: Sending): Promise<boolean> {
  const { batch, deps } = chunk;
  const items = sending.items.filter((item) => !isDone(chunk, item));
  const end = endOf(chunk);
  if (end !== null) {
    await recordUnsent(chunk, items, 'superseded', end);
    return true;
  }
  // What is overdue is not tried one by one against a destination that is known to be away.
  const { unreachableBecause } = deps.runtime;
  if (unreachableBecause === '' || deps.now() <= deps.waitsUntil(batch)) return false;
  await recordUnsent(chunk, items, 'retryable', gaveUp(batch.destination, unreachableBecause));
  return true;
}
