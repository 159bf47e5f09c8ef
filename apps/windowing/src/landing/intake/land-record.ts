import { FRAME_BYTES, isSignalWriter, judgeRecord, type PeekWriter, type Refusal } from '@millrace/contract-signal';

import type { Chunk } from '../flush/chunk';
import type { Lane } from '../partitions/lane';
import { toJsonRow } from '../rows/json-row';
import type { WriterPlan } from './writer-plan';

/** A record to land. `bytes[start, end)` is its value; `start` below 0: it has none. */
export interface LandingRecord {
  offset: number;
  appendedAt: number;
  bytes: Buffer;
  start: number;
  end: number;
  /** Only read when there are any. */
  headers: Readonly<Record<string, string>> | null;
}

// Looked up once: the exports of an index are getters, and this runs for every record.
const judge = judgeRecord<WriterPlan>;
const isPlan = isSignalWriter<WriterPlan>;
const BODY_STARTS_AT = FRAME_BYTES;

const NO_HEADERS: Readonly<Record<string, string>> = {};

/**
 * Puts one record where it belongs: among the chunk's signals or its quarantined records. False, and nothing done, when
 * the registry has to be asked for the record's schema first.
 */
export function landRecord(record: LandingRecord, lane: Lane, chunk: Chunk, peekPlan: PeekWriter<WriterPlan>): boolean {
  const plan = judge(record, lane.rules, peekPlan);
  if (plan === undefined) return false;
  if (!isPlan(plan)) {
    quarantine(record, lane, chunk, plan);
    return true;
  }
  const { bytes, offset, appendedAt, end } = record;
  const from = record.start + BODY_STARTS_AT;
  if (plan.flat !== null) {
    const container = chunk.containerOf(plan.schemaId, plan.flat);
    container.append(chunk.numberOf(lane), offset, appendedAt, bytes, from, end);
  } else {
    // The reference path decodes the whole body here.
    chunk.addRow(toJsonRow(lane, offset, appendedAt, plan.schemaId, plan.decode(bytes.subarray(from, end))));
  }
  return true;
}

function quarantine(record: LandingRecord, lane: Lane, chunk: Chunk, { schemaId, ...verdict }: Refusal): void {
  const { offset, appendedAt, bytes, start, end } = record;
  chunk.addQuarantined({
    lane,
    offset,
    appendedAt,
    verdict,
    schemaId,
    bytes: start < 0 ? Buffer.alloc(0) : Buffer.from(bytes.subarray(start, end)),
    headers: record.headers ?? NO_HEADERS,
  });
}
