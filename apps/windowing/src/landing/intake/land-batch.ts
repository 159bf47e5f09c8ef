import { headersAsText, readSchemaId } from '@millrace/contract-signal';
import { readHeaders, walkRecords, type KafkaRecord, type RecordBatchView } from '@millrace/platform-kafka';

import type { Chunk } from '../flush/chunk';
import { landingMetrics as metrics } from '../../metrics';
import type { Lane } from '../partitions/lane';
import { landRecord, type LandingRecord } from './land-record';
import type { WriterPlans } from './writer-plans';

export interface BatchSurroundings {
  readonly plans: WriterPlans;
  /** The assignment is over: nothing of the batch matters any more. */
  readonly isOver: () => boolean;
  readonly heartbeat: () => Promise<void>;
  readonly onWaiting: (error: unknown, waitMs: number) => void;
}

/** Offsets `[from, to)` between the records of a batch. */
export interface Hole {
  readonly from: number;
  readonly to: number;
}

const NO_BYTES = Buffer.alloc(0);
const LONGEST_WAIT_MS = 3_000;

/**
 * Lands every record of a batch into the current chunk and gives the holes between them. Records whose schema is not
 * known yet are put aside until the registry has answered; while it does not, this waits. Null when the assignment ended
 * meanwhile.
 */
export async function landBatch(
  batch: RecordBatchView,
  lane: Lane,
  chunkNow: () => Chunk,
  around: BatchSurroundings,
): Promise<readonly Hole[] | null> {
  const startedAt = performance.now();
  const chunk = chunkNow();
  const aside: LandingRecord[] = [];
  const holes: Hole[] = [];
  let expected = Number(batch.fetchedOffset);
  const land = (record: LandingRecord): void => {
    if (record.offset > expected) holes.push({ from: expected, to: record.offset });
    expected = record.offset + 1;
    if (!landRecord(record, lane, chunk, around.plans.peek)) aside.push({ ...record });
  };
  const newest = forEachRecord(batch, land);
  if (newest > 0) chunk.appendedAt.set(lane, newest);
  const end = Number(batch.nextOffset);
  if (end > expected) holes.push({ from: expected, to: end });
  metrics.stage.inc({ stage: 'build' }, (performance.now() - startedAt) / 1000);
  for (const record of aside) {
    const schemaId = readSchemaId(record.bytes, record.start, record.end);
    while (!landRecord(record, lane, chunkNow(), around.plans.peek)) {
      if (!(await loadPlan(schemaId, around))) return null;
    }
  }
  return around.isOver() ? null : holes;
}

/** Hands out every record in the same object; gives the append time of the last. */
function forEachRecord(batch: RecordBatchView, land: (record: LandingRecord) => void): number {
  const record: LandingRecord = { offset: 0, appendedAt: 0, bytes: NO_BYTES, start: -1, end: -1, headers: null };
  const sections = batch.sections();
  if (sections === undefined) {
    for (const fetched of batch.records()) {
      fill(record, fetched);
      land(record);
    }
    return record.appendedAt;
  }
  const from = Number(batch.fetchedOffset);
  for (const section of sections) {
    const { records } = section;
    record.bytes = records;
    walkRecords(
      section,
      (cursor) => {
        record.offset = cursor.offset;
        record.appendedAt = cursor.timestamp;
        record.start = cursor.valueStart;
        record.end = cursor.valueEnd;
        // A count of 0 is the one byte 0.
        record.headers = records[cursor.headersStart] === 0 ? null : headersAsText(readHeaders(section, cursor));
        land(record);
      },
      from,
    );
  }
  return record.appendedAt;
}

function fill(record: LandingRecord, { offset, timestamp, value, headers }: KafkaRecord): void {
  record.offset = Number(offset);
  record.appendedAt = timestamp;
  record.bytes = value ?? NO_BYTES;
  record.start = value === null ? -1 : 0;
  record.end = value?.length ?? -1;
  record.headers = headersAsText(headers);
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
