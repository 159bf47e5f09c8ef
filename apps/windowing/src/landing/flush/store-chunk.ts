import { clickhouseCodeOf, isRefusal } from '@millrace/platform-clickhouse';
import { isRetryable } from '@millrace/platform-errors';

import type { WriterPlans } from '../intake/writer-plans';
import type { LandingLog, LandingSettings } from '../landing-settings';
import { landingMetrics as metrics } from '../../metrics';
import type { Lane } from '../partitions/lane';
import { rowsOfContainer } from '../rows/rows-of-container';
import type { LandingStore } from '../store/landing-store';
import type { Chunk, FastPart, QuarantinedRecord } from './chunk';
import { persist, withTimeout, type Persistence } from './persist';
import { quarantineContained, quarantineDecoded } from './quarantine-refused';
import { storeRows } from './store-rows';

export interface StoreDeps {
  readonly store: LandingStore;
  readonly plans: WriterPlans;
  readonly settings: LandingSettings;
  readonly log: LandingLog;
}

/** ClickHouse says with these that it cannot read the data, not that it cannot take it. */
const UNREADABLE = new Set([6, 8, 27, 33, 36, 44, 53, 70, 117, 131, 1001]);

/**
 * Stores everything of a chunk, each insert repeated until ClickHouse has acknowledged it. A record that ClickHouse refuses alone
 * is quarantined: its offset counts, and the others are landed.
 */
export async function storeChunk(chunk: Chunk, deps: StoreDeps, waiting: Persistence): Promise<void> {
  const startedAt = performance.now();
  const { store, settings } = deps;
  const persistInsert = (insert: (signal: AbortSignal) => Promise<void>): Promise<void> =>
    persist(() => withTimeout(settings.insertTimeoutMs, waiting.signal, insert), waiting);
  const fast = [...chunk.containers.values()];
  const [decoded, contained] = await Promise.all([
    storeRows(chunk.rows, store, settings.insertTimeoutMs, waiting),
    Promise.all(fast.map((part) => storeContainer(part, chunk.lanes, deps, waiting))),
    persistInsert((signal) => store.insertQuarantined(chunk.quarantined, { signal })),
    persistInsert((signal) => store.insertSkipped(chunk.skipped, { signal })),
  ]);
  const refused = [...quarantineDecoded(decoded), ...contained.flat()];
  if (refused.length > 0) await persistInsert((signal) => store.insertQuarantined(refused, { signal }));
  metrics.stage.inc({ stage: 'insert' }, (performance.now() - startedAt) / 1000);
  metrics.rows.inc({ path: 'reference' }, chunk.rows.length - decoded.length);
  for (const { container } of fast) metrics.rows.inc({ path: 'fast' }, container.rows);
  for (const { lane, verdict } of [...chunk.quarantined, ...refused]) {
    metrics.quarantined.inc({ topic: lane.topic, reason: verdict.reason });
  }
}

/**
 * A container that ClickHouse cannot read is decoded here instead, and so is its schema from now on. One that it refuses for a
 * record is decoded here this once. Returns what is refused even alone.
 */
async function storeContainer(
  part: FastPart,
  lanes: readonly Lane[],
  { store, plans, settings, log }: StoreDeps,
  waiting: Persistence,
): Promise<readonly QuarantinedRecord[]> {
  const { schemaId } = part;
  let failure: 'none' | 'unreadable' | 'refused' = 'none';
  const insert = async (signal: AbortSignal): Promise<void> => {
    try {
      await store.insertContainer(part, lanes, { signal });
      store.trust.accepted(undefined);
    } catch (error) {
      if (isRetryable(error)) throw error;
      if (UNREADABLE.has(clickhouseCodeOf(error) ?? -1)) failure = 'unreadable';
      else if (isRefusal(error)) failure = 'refused';
      else throw error;
      log.error({ err: error, schemaId }, 'ClickHouse does not take records as they are; they are decoded here');
    }
  };
  await persist(() => withTimeout(settings.insertTimeoutMs, waiting.signal, insert), waiting);
  if (failure === 'none') return [];
  metrics.fallbacks.inc();
  const plan = failure === 'refused' ? plans.planOf(schemaId) : plans.decodeHere(schemaId);
  const refused = await storeRows(rowsOfContainer(part, lanes, plan), store, settings.insertTimeoutMs, waiting);
  return quarantineContained(refused, part, lanes, plan);
}
