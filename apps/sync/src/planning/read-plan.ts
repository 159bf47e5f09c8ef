import {
  deliveryRecordSchema,
  fieldsSchema,
  MODES,
  SEND_REASONS,
  type NewBatch,
  type NewRecord,
  type PlanDecision,
  type Subject,
} from '@millrace/contract-delivery';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { z } from 'zod';

const chunkRow = z.object({
  record_id: z.string(),
  match_key: z.string(),
  mode: z.string(),
  idempotency_key: z.string(),
  reason: z.string(),
  fields: z.string(),
});
const newRecordSchema = deliveryRecordSchema.extend({ reason: z.enum(SEND_REASONS), mode: z.enum(MODES).optional() });
const sampleRow = z.object({
  record_id: z.string(),
  match_key: z.string(),
  reason: z.string(),
  tier: z.string(),
  previous: z.string(),
  fields: z.string(),
});
const reasonRow = z.object({ reason: z.string(), records: z.number() });

/** One chunk of a plan as a batch; the same plan and chunk give the same batch. */
export async function readPlanChunk(
  clickhouse: ClickHouse,
  plan: PlanDecision,
  subject: Subject,
  chunk: number,
  now: number,
): Promise<NewBatch | null> {
  const rows = await clickhouse.query(
    loadSql(__dirname, 'sql/read-plan-chunk.sql'),
    { attempt_id: plan.attempt_id, from: chunk * plan.chunk_records, to: (chunk + 1) * plan.chunk_records },
    chunkRow,
  );
  if (rows.length === 0) return null;
  return {
    destination: plan.destination,
    object: plan.object,
    subject,
    lane: 'batch',
    plan_id: plan.plan_id,
    run_id: plan.run_id,
    chunk,
    chunks: plan.chunks,
    plan_records: plan.to_send,
    as_of: plan.as_of,
    created_at: now,
    accepted_at: null,
    records: rows.map(toRecord),
  };
}

function toRecord({ mode, fields, ...row }: z.infer<typeof chunkRow>): NewRecord {
  return newRecordSchema.parse({
    ...row,
    ...(mode === '' ? {} : { mode }),
    fields: fieldsSchema.parse(JSON.parse(fields)),
  }) as NewRecord;
}

export interface PlanSample {
  readonly record_id: string;
  readonly reason: string;
  readonly tier: string;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown>;
}

/** The first records of each reason, before and after, and how many records each reason sends. */
export async function samplePlan(
  clickhouse: ClickHouse,
  attemptId: string,
  perReason: number,
): Promise<{ readonly reasons: Record<string, number>; readonly samples: readonly PlanSample[] }> {
  const params = { attempt_id: attemptId };
  const [samples, reasons] = await Promise.all([
    clickhouse.query(loadSql(__dirname, 'sql/sample-plan.sql'), { ...params, per_reason: perReason }, sampleRow),
    clickhouse.query(loadSql(__dirname, 'sql/count-reasons.sql'), params, reasonRow),
  ]);
  return {
    reasons: Object.fromEntries(reasons.map(({ reason, records }) => [reason, records])),
    samples: samples.map(({ record_id, reason, tier, previous, fields }) => ({
      record_id,
      reason,
      tier,
      before: previous === '' ? null : (JSON.parse(previous) as Record<string, unknown>),
      after: JSON.parse(fields) as Record<string, unknown>,
    })),
  };
}
