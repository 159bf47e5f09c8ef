import { requestKeyOf, type WireBatch, type WireItem } from '@millrace/catalog-destinations';

import { attempt } from './attempt';
import { endOf, isDone, type Chunk, type Sending } from './chunk';
import { followJob } from './follow-job';
import type { JobName } from './jobs';
import { gaveUp } from './judge';
import { recordUnsent } from './record-outcomes';
import { settle } from './settle';
import { LONGEST_SLEEP_MS, takeTurn } from './take-turn';

/** Sends items when their turn comes, records what became of them and returns what is to be sent again. */
export async function send(chunk: Chunk, sending: Sending): Promise<readonly Sending[]> {
  const { deps, route, batch } = chunk;
  const { runtime } = deps;
  if (sending.items.every((item) => isDone(chunk, item))) return [];
  const name = nameOf(chunk, sending);
  const begun = route.resume === undefined ? undefined : deps.jobs.find(name);
  if (begun !== undefined) return followJob(chunk, sending, { job: begun, pollAfterMs: 0 });

  const items = await withoutOvertaken(chunk, sending);
  const [first] = items;
  if (first === undefined) return [];
  const end = endOf(chunk);
  if (end !== null) return ended(chunk, items, end);
  // What is overdue is not tried one by one against a destination that is known to be away.
  if (runtime.unreachableBecause !== '' && deps.now() > deps.waitsUntil(batch)) {
    await recordUnsent(chunk, items, 'retryable', gaveUp(batch.destination, runtime.unreachableBecause));
    return [];
  }
  const wire: WireBatch = { items, context: { ...chunk.contextFor(first.record), now: deps.now() } };
  const turn = await takeTurn(chunk, wire);
  if (turn === null) return [sending];
  if (await recordRefused(chunk, items)) {
    turn.release();
    return [sending];
  }
  const came = await attempt(chunk, { items, context: { ...wire.context, now: deps.now() } }, turn);
  if (came === null) return [{ ...sending, notBefore: deps.now() + LONGEST_SLEEP_MS }];
  const { reading } = came;
  if (reading.kind !== 'started') return settle(chunk, sending, items, { ...came, reading });

  const { destination, object } = batch;
  const started = { ...name, destination, object, route: route.name, job: reading.job, started_at: came.startedAt };
  const job = await deps.jobs.decide(started);
  return followJob(chunk, sending, { job, pollAfterMs: reading.pollAfterMs, given: reading.job });
}

/** What was planned a while ago may be forbidden by now. Returns whether anything is. */
async function recordRefused(chunk: Chunk, items: readonly WireItem[]): Promise<boolean> {
  const byReason = new Map<string, WireItem[]>();
  for (const item of items) {
    const refusal = chunk.deps.refusalOf(item.record);
    if (refusal !== null) byReason.set(refusal, [...(byReason.get(refusal) ?? []), item]);
  }
  for (const [refusal, refused] of byReason) await recordUnsent(chunk, refused, 'superseded', refusal);
  return byReason.size > 0;
}

async function ended(chunk: Chunk, items: readonly WireItem[], because: string): Promise<readonly Sending[]> {
  await recordUnsent(chunk, items, 'superseded', because);
  return [];
}

/** Items that are open, with the fields whose value is still news. */
async function withoutOvertaken(chunk: Chunk, { items }: Sending): Promise<readonly WireItem[]> {
  const open = items.filter((item) => !isDone(chunk, item));
  const fresh = open.flatMap((item) => freshPart(chunk, item));
  const kept = new Set(fresh.map(({ record }) => record.idempotency_key));
  const overtaken = open.filter(({ record }) => !kept.has(record.idempotency_key));
  await recordUnsent(chunk, overtaken, 'superseded', 'A newer value was accepted');
  return fresh;
}

function freshPart({ batch, deps, route, contextFor }: Chunk, item: WireItem): WireItem[] {
  const { settings } = deps.runtime.configured;
  const { record } = item;
  const version = { asOf: batch.as_of, lane: batch.lane };
  const fresh = deps.runtime.fenceOf(batch.object).freshFields(record, version);
  if (fresh.length === Object.keys(record.fields).length) return [item];
  if (fresh.length === 0) return [];
  const fields = Object.fromEntries(fresh.map((field) => [field, record.fields[field] ?? null]));
  const encoded = route.encode({ ...record, fields }, settings, contextFor(record));
  return typeof encoded === 'string' ? [{ record: { ...record, fields }, encoded }] : [];
}

/** By the items as they were cut, and by how many jobs they had: a restart finds the job that is under way. */
function nameOf({ batch }: Chunk, { items, jobsEnded }: Sending): JobName {
  const key = requestKeyOf(items);
  return { plan_id: batch.plan_id, chunk: batch.chunk, batch: jobsEnded === 0 ? key : `${key}.${jobsEnded}` };
}
