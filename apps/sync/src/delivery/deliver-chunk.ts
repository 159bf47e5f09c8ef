import { requestKeyOf, routeFor, shapeOf, type WireItem } from '@millrace/catalog-destinations';
import type { DeliveryBatch } from '@millrace/contract-delivery';

import { Bisection, type Halving } from './bisection';
import { isDone, type Chunk, type ChunkDeps, type Sending } from './chunk';
import { cutChunk, type Unsent } from './cut-chunk';
import { recordUnsent } from './record-outcomes';
import { send } from './send';
import { recordAlone } from './settle';
import { LONGEST_SLEEP_MS } from './take-turn';
import { trustedRoute } from './trusted-route';
import { contextOf, modeOf } from './wire-context';

/** How often is looked whether the chunk is stale, for what waits inside a destination's functions. */
const STALE_CHECK_MS = 100;

/**
 * Delivers one chunk: cut to what a request may hold, as many requests at once as the quota allows, failed ones again.
 * Returns true when every record has a final outcome in the log; false when it had to stop before.
 */
export async function deliverChunk(batch: DeliveryBatch, deps: ChunkDeps): Promise<boolean> {
  const { entry, destination, settings } = deps.runtime.configured;
  const route = trustedRoute(routeFor(destination.routes(settings), batch.plan_records ?? batch.records.length));
  const contextFor: Chunk['contextFor'] = (record) =>
    contextOf(batch, modeOf(record, batch, entry), entry, batch.created_at);
  const queue: Sending[] = [];
  const stale = new AbortController();
  const withdraw = (halving: Halving): WireItem[] => withdrawFrom(queue, halving);
  const bisection = new Bisection();
  const chunk: Chunk = { batch, deps, route, contextFor, bisection, signal: stale.signal, withdraw };

  const cut = cutChunk(batch.records, route, settings, contextFor, shapeOf(destination, batch.object)?.spellKey);
  await recordEach(chunk, cut.refused, 'rejected');
  await recordEach(chunk, cut.duplicates, 'superseded');
  const isElsewhere = ({ record }: WireItem): boolean =>
    deps.ledger.isAcceptedElsewhere(batch.plan_id, record.idempotency_key);
  await recordUnsent(
    chunk,
    cut.batches.flat().filter(isElsewhere),
    'superseded',
    'The same value was accepted already',
  );
  queue.push(...cut.batches.map((items) => ({ items, spent: 0, notBefore: 0, misses: 0, job: requestKeyOf(items) })));

  const watch = setInterval(() => deps.isStale() && stale.abort(), STALE_CHECK_MS);
  try {
    await workOff(chunk, queue);
  } finally {
    clearInterval(watch);
  }
  return queue.length === 0 && bisection.takeAlone().length === 0;
}

async function workOff(chunk: Chunk, queue: Sending[]): Promise<void> {
  const { deps, route } = chunk;
  let underway = 0;
  const worker = async (): Promise<void> => {
    while (!deps.isStale()) {
      const index = queue.findIndex(({ notBefore }) => notBefore <= deps.now());
      if (index < 0) {
        if (queue.length === 0 && underway === 0) return;
        await deps.sleep(queue.length === 0 ? 5 : Math.min(LONGEST_SLEEP_MS, waitOf(queue, deps.now())));
        continue;
      }
      const [sending] = queue.splice(index, 1) as [Sending];
      underway += 1;
      try {
        queue.push(...(await send(chunk, sending)));
        // Parts of a refused batch first: what they say may be about everything.
        queue.sort((a, b) => a.notBefore - b.notBefore || rankOf(a) - rankOf(b));
      } finally {
        underway -= 1;
      }
    }
  };
  // A job is alone on its way: nothing else of the lane is sent while it runs.
  const atOnce = route.resume === undefined ? deps.runtime.concurrency : 1;
  const workers = Math.max(1, Math.min(atOnce, queue.length));
  // All workers end before the first failure is raised: no request outlives the chunk.
  const ends = await Promise.allSettled(Array.from({ length: workers }, worker));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  if (queue.length === 0 && !deps.isStale()) await recordAlone(chunk, chunk.bisection.takeAlone());
}

const rankOf = ({ halving }: Sending): number => (halving === undefined ? 1 : 0);

const waitOf = (queue: readonly Sending[], now: number): number =>
  Math.max(1, Math.min(...queue.map(({ notBefore }) => notBefore)) - now);

function withdrawFrom(queue: Sending[], { root }: Halving): WireItem[] {
  const parts = queue.filter(({ halving }) => halving?.root === root);
  for (const part of parts) queue.splice(queue.indexOf(part), 1);
  return parts.flatMap(({ items }) => items);
}

async function recordEach(chunk: Chunk, unsent: readonly Unsent[], outcome: 'rejected' | 'superseded'): Promise<void> {
  const byDetail = new Map<string, WireItem[]>();
  for (const { item, detail } of unsent) {
    if (!isDone(chunk, item)) byDetail.set(detail, [...(byDetail.get(detail) ?? []), item]);
  }
  for (const [detail, items] of byDetail) await recordUnsent(chunk, items, outcome, detail);
}
