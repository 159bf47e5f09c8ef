import { clickhouseCodeOf } from '@millrace/platform-clickhouse';
import { isRetryable } from '@millrace/platform-errors';

import type { WriterPlans } from '../intake/writer-plans';
import type { LandingLog, LandingSettings } from '../landing-settings';
import { landingMetrics as metrics } from '../landing.metrics';
import type { Lane } from '../partitions/lane';
import { rowsOfContainer } from '../rows/rows-of-container';
import type { LandingStore } from '../store/landing-store';
import type { Chunk, FastPart } from './chunk';
import { persist, type Persistence } from './persist';

export interface StoreParts {
  readonly store: LandingStore;
  readonly plans: WriterPlans;
  readonly settings: LandingSettings;
  readonly log: LandingLog;
}

/** ClickHouse says with these that it cannot read the data, not that it cannot take it. */
const UNREADABLE = new Set([6, 8, 27, 33, 36, 44, 53, 70, 117, 131, 1001]);

/** Stores everything of a chunk, each insert repeated until ClickHouse has acknowledged it. */
export async function storeChunk(chunk: Chunk, parts: StoreParts, waiting: Persistence): Promise<void> {
  const startedAt = performance.now();
  const { store, settings } = parts;
  const persistInsert = (insert: (signal: AbortSignal) => Promise<void>): Promise<void> =>
    persist(() => withTimeout(settings.insertTimeoutMs, waiting.signal, insert), waiting);
  const fast = [...chunk.containers.values()];
  await Promise.all([
    ...fast.map((part) => storeContainer(part, chunk.lanes, parts, persistInsert)),
    persistInsert((signal) => store.insertRows(chunk.rows, { signal })),
    persistInsert((signal) => store.insertQuarantined(chunk.quarantined, { signal })),
    persistInsert((signal) => store.insertSkipped(chunk.skipped, { signal })),
  ]);
  metrics.stage.inc({ stage: 'insert' }, (performance.now() - startedAt) / 1000);
  metrics.rows.inc({ path: 'reference' }, chunk.rows.length);
  for (const { container } of fast) metrics.rows.inc({ path: 'fast' }, container.rows);
  for (const { lane, verdict } of chunk.quarantined) {
    metrics.quarantined.inc({ topic: lane.topic, reason: verdict.reason });
  }
}

/** A container that ClickHouse cannot read is decoded here instead, and so is its schema from now on. */
async function storeContainer(
  part: FastPart,
  lanes: readonly Lane[],
  { store, plans, log }: StoreParts,
  persistInsert: (insert: (signal: AbortSignal) => Promise<void>) => Promise<void>,
): Promise<void> {
  let isUnreadable = false;
  await persistInsert(async (signal) => {
    try {
      await store.insertContainer(part, lanes, { signal });
    } catch (error) {
      if (isRetryable(error) || !UNREADABLE.has(clickhouseCodeOf(error) ?? -1)) throw error;
      log.error(
        { err: error, schemaId: part.schemaId },
        'ClickHouse cannot read a schema; its records are decoded here',
      );
      isUnreadable = true;
    }
  });
  if (!isUnreadable) return;
  metrics.fallbacks.inc();
  const plan = plans.decodeHere(part.schemaId);
  const rows = rowsOfContainer(part, lanes, plan);
  await persistInsert((signal) => store.insertRows(rows, { signal }));
}

async function withTimeout(
  ms: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, ms);
  outer.addEventListener('abort', abort, { once: true });
  try {
    await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', abort);
  }
}
