import { createBodyFacts } from '../avro/compile-walk';
import type { Chunk } from '../flush/chunk';
import type { Lane } from '../partitions/lane';
import { toJsonRow } from '../rows/json-row';
import { FRAME_BYTES, judgeFrame, readSchemaId } from '../verdict/judge-frame';
import { judgeRejected } from '../verdict/judge-rejected';
import { judgeSignal } from '../verdict/judge-signal';
import type { Verdict } from '../verdict/verdict';
import { isPlan, type WriterPlan } from './writer-plan';

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

/** The plan of a schema id, as far as it is known without asking the registry. */
export type PeekPlan = (schemaId: number) => WriterPlan | Verdict | undefined;

const facts = createBodyFacts();
const NO_HEADERS: Readonly<Record<string, string>> = {};

/**
 * Puts one record where it belongs: among the chunk's signals or its quarantined records. False, and nothing done, when
 * the registry has to be asked for the record's schema first.
 */
export function landRecord(record: LandingRecord, lane: Lane, chunk: Chunk, peekPlan: PeekPlan): boolean {
  const { bytes, start, end } = record;
  if (record.headers !== null) {
    const rejected = judgeRejected(record.headers);
    if (rejected !== null) return quarantine(record, lane, chunk, rejected, null);
  }
  const schemaId = readSchemaId(bytes, start, end);
  if (schemaId < 0) return quarantine(record, lane, chunk, judgeFrame(bytes, start, end), null);
  const plan = peekPlan(schemaId);
  if (plan === undefined) return false;
  if (!isPlan(plan)) return quarantine(record, lane, chunk, plan, schemaId);

  const from = start + FRAME_BYTES;
  if (!plan.body.walk(bytes, from, end, facts)) {
    const verdict: Verdict = { reason: 'invalid_avro', detail: plan.body.explain(bytes, from, end) };
    return quarantine(record, lane, chunk, verdict, schemaId);
  }
  if (plan.flatSchema !== null) {
    const verdict = judgeSignal(facts, record.appendedAt, lane.rules);
    if (verdict !== null) return quarantine(record, lane, chunk, verdict, schemaId);
    const container = chunk.containerOf(schemaId, plan.flatSchema);
    container.append(chunk.numberOf(lane), record.offset, record.appendedAt, bytes, from, end);
    return true;
  }
  return landDecoded(record, lane, chunk, plan);
}

/** The reference path: decodes the whole body and judges what it decoded. */
function landDecoded(record: LandingRecord, lane: Lane, chunk: Chunk, plan: WriterPlan): boolean {
  const row = plan.decode(record.bytes.subarray(record.start + FRAME_BYTES, record.end));
  const verdict = judgeSignal(
    {
      occurredAt: Number(row.occurred_at),
      hasSignalId: row.signal_id !== '',
      hasIdentity: Boolean(row.anonymous_id || row.user_id || row.email || row.account_id || row.domain),
    },
    record.appendedAt,
    lane.rules,
  );
  if (verdict !== null) return quarantine(record, lane, chunk, verdict, plan.schemaId);
  chunk.addRow(toJsonRow(lane, record.offset, record.appendedAt, plan.schemaId, row));
  return true;
}

function quarantine(record: LandingRecord, lane: Lane, chunk: Chunk, verdict: Verdict, schemaId: number | null): true {
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
  return true;
}
