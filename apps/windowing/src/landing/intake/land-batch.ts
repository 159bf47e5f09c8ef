import type { KafkaRecord, RecordBatchView } from '@millrace/platform-kafka';

import type { Chunk } from '../flush/chunk';
import { landingMetrics as metrics } from '../landing.metrics';
import type { Lane } from '../partitions/lane';
import { readSchemaId } from '../verdict/judge-frame';
import { landRecord, type LandingRecord } from './land-record';
import { readHeaders } from './read-headers';
import type { WriterPlans } from './writer-plans';

export interface BatchSurroundings {
  readonly plans: WriterPlans;
  /** The assignment is over: nothing of the batch matters any more. */
  readonly isOver: () => boolean;
  readonly heartbeat: () => Promise<void>;
  readonly onWaiting: (error: unknown, waitMs: number) => void;
}

const NO_BYTES = Buffer.alloc(0);
const LONGEST_WAIT_MS = 3_000;

/**
 * Lands every record of a batch into the current chunk. Records whose schema is not known yet are put aside until the
 * registry has answered; while it does not, this waits. False when the assignment ended meanwhile.
 */
export async function landBatch(
  batch: RecordBatchView,
  lane: Lane,
  chunkNow: () => Chunk,
  around: BatchSurroundings,
): Promise<boolean> {
  const startedAt = performance.now();
  const aside: LandingRecord[] = [];
  const chunk = chunkNow();
  const record = createRecord();
  for (const fetched of batch.records()) {
    fill(record, fetched);
    if (!landRecord(record, lane, chunk, around.plans.peek)) aside.push({ ...record });
  }
  if (batch.count > 0) chunk.appendedAt.set(lane, record.appendedAt);
  metrics.stage.inc({ stage: 'build' }, (performance.now() - startedAt) / 1000);
  for (const waiting of aside) {
    const schemaId = readSchemaId(waiting.bytes, waiting.start, waiting.end);
    while (!landRecord(waiting, lane, chunkNow(), around.plans.peek)) {
      if (!(await loadPlan(schemaId, around))) return false;
    }
  }
  return !around.isOver();
}

async function loadPlan(schemaId: number, around: BatchSurroundings): Promise<boolean> {
  for (let waitMs = 100; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
    if (around.isOver()) return false;
    try {
      await around.plans.load(schemaId);
      return true;
    } catch (error) {
      around.onWaiting(error, waitMs);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      await around.heartbeat();
    }
  }
}

const createRecord = (): LandingRecord => ({
  offset: 0,
  appendedAt: 0,
  bytes: NO_BYTES,
  start: -1,
  end: -1,
  headers: null,
});

function fill(record: LandingRecord, { offset, timestamp, value, headers }: KafkaRecord): void {
  record.offset = Number(offset);
  record.appendedAt = timestamp;
  record.bytes = value ?? NO_BYTES;
  record.start = value === null ? -1 : 0;
  record.end = value?.length ?? -1;
  record.headers = readHeaders(headers);
}
