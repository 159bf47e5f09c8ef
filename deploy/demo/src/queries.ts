import { loadSql } from '@millrace/platform-clickhouse';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { z } from 'zod';

// ClickHouse writes 64-bit integers as strings in JSON.
const count = z.coerce.number();
const instant = z.union([z.null(), z.coerce.number()]);
const measured = z.number().nullable();
const counts = z.record(z.string(), count);

const signalCounts = z.object({ sealed: count, duplicate: count, open: count, quarantined: counts });
const windowCounts = z.object({ hours_sealed: count, hours_revised: count, late_signals: count });
const grade = z.object({ grade: z.string(), leads: count });
const stage = z.object({ stage: z.string(), leads: count, change: count });
const lead = z.object({
  entity_id: z.string(),
  email: z.string(),
  score: count,
  previous_score: z.union([z.null(), count]),
  stage: z.string(),
  score_reasons: z.array(z.string()),
  run_id: z.string(),
});
const contribution = z.object({
  component: z.string(),
  signal_class: z.string(),
  day: z.string().nullable(),
  points: count,
  count,
  age_days: z.union([z.null(), count]),
});
const deliveryRun = z.object({
  destination: z.string(),
  object: z.string(),
  run_id: z.string(),
  to_send: count,
  suppressed: counts,
  calls: count,
  accepted: count,
  rejected: count,
  spent: count,
  pending: count,
  retried: count,
  predicted_finish_ms: count,
  deadline_ms: count,
  planned_ms: count,
  finished_ms: instant,
});
const outcomes = z.object({ accepted: count, retried: count, rejected: counts });
const nightFigures = z.object({
  run_as_of_ms: instant,
  run_started_ms: instant,
  duration_seconds: measured,
  delivery_lag_seconds: measured,
  median_age_seconds: measured,
  throughput_per_minute: measured,
  sealed_signals: count,
  error_ratio: z.number(),
  delivery_success_ratio: measured,
  stored_bytes: count,
});

const surging = z.object({ account: z.string(), points: count, reasons: z.array(z.string()) });
const committee = z.object({
  account: z.string(),
  engaged: count,
  momentum: count,
  roles: z.array(z.string()),
  score: count,
  stage: z.string(),
});
const finding = z.object({
  entity_id: z.string(),
  stage: z.string(),
  surges: count,
  engaged: count,
});

export type Surging = z.infer<typeof surging>;
export type Committee = z.infer<typeof committee>;
export type Finding = z.infer<typeof finding>;
export type DeliveryRun = z.infer<typeof deliveryRun>;
export type Lead = z.infer<typeof lead>;
export type Contribution = z.infer<typeof contribution>;

const sql = (name: string): string => loadSql(__dirname, `sql/${name}.sql`);

async function one<Row>(clickhouse: ClickHouse, name: string, schema: z.ZodType<Row>, params = {}): Promise<Row> {
  const [row] = await clickhouse.query(sql(name), params, schema);
  return row as Row;
}

/** What ClickHouse says after the run; each query is a `.sql` file beside this one. */
export const readSignalCounts = (clickhouse: ClickHouse) => one(clickhouse, 'signal-counts', signalCounts);
export const readWindowCounts = (clickhouse: ClickHouse) => one(clickhouse, 'window-counts', windowCounts);
export const readGrades = (clickhouse: ClickHouse) => clickhouse.query(sql('leads-by-grade'), {}, grade);
export const readStages = (clickhouse: ClickHouse) => clickhouse.query(sql('leads-by-stage'), {}, stage);
export const readSurging = (clickhouse: ClickHouse, accounts: number) =>
  clickhouse.query(sql('surging-accounts'), { accounts }, surging);
export const readCommittees = (clickhouse: ClickHouse, accounts: number) =>
  clickhouse.query(sql('committees'), { accounts }, committee);
export const readFindings = (clickhouse: ClickHouse) => clickhouse.query(sql('findings'), {}, finding);
export const readTopLeads = (clickhouse: ClickHouse, leads: number) =>
  clickhouse.query(sql('top-leads'), { leads }, lead);
export const readContributions = (clickhouse: ClickHouse, of: Lead, rows: number) =>
  clickhouse.query(sql('contributions-of-lead'), { run_id: of.run_id, entity_id: of.entity_id, rows }, contribution);
export const readDeliveryRuns = (clickhouse: ClickHouse) => clickhouse.query(sql('delivery-runs'), {}, deliveryRun);
export const readOutcomes = (clickhouse: ClickHouse) => one(clickhouse, 'delivery-outcomes', outcomes);
export const readNightFigures = (clickhouse: ClickHouse) => one(clickhouse, 'night-figures', nightFigures);
