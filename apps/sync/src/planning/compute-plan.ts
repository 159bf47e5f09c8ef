import { randomUUID } from 'node:crypto';

import { SUPPRESSION_REASONS, type PlanDecision, type SuppressionReason } from '@millrace/contract-delivery';
import type { RunPublished } from '@millrace/contract-score';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { z } from 'zod';

import { modelsOf, type ObjectMapping } from '../destinations/destination-file';
import type { ConfiguredDestination } from '../destinations/load-destinations';
import { deadlineOf } from './deadline';
import { materialFieldsOf } from './material-fields';
import { planHashOf } from './plan-hash';
import { predictFinish } from './predict-finish';

const stateRow = z.object({
  state: z.string(),
  records: z.number(),
  checksum: z.string(),
  reasons: z.array(z.string()),
});
/** What a request takes when nothing is known about the destination yet. */
const ASSUMED_CALL_MS = 250;
const DAY_MS = 86_400_000;

export interface PlanSettings {
  readonly chunkRecords: number;
  /** HH:MM of the run's local day. */
  readonly deadline: string;
  readonly replica: string;
}

/** What a plan is computed for. */
export interface PlanSubject {
  readonly configured: ConfiguredDestination;
  readonly mapping: ObjectMapping;
  readonly run: Pick<RunPublished, 'run_id' | 'model' | 'as_of' | 'as_of_date' | 'zone'>;
  /** Only these records, whether or not they have changed. Empty: all records that have. */
  readonly forced?: readonly string[];
}

/**
 * Compares a run with what the destination last accepted, inside ClickHouse, and writes the rows of the plan under an
 * attempt id of their own. Nothing is decided by it: the proposal to deliveries.plans.v1 is.
 */
export async function computePlan(
  clickhouse: ClickHouse,
  subject: PlanSubject,
  settings: PlanSettings,
  now: number,
): Promise<PlanDecision> {
  const { configured, mapping, run, forced = [] } = subject;
  const { entry, destination } = configured;
  const attemptId = randomUUID();
  await clickhouse.command(
    loadSql(__dirname, 'sql/insert-plan-rows.sql'),
    {
      ...materialFieldsOf(mapping),
      attempt_id: attemptId,
      destination: entry.name,
      object: mapping.object,
      run_id: run.run_id,
      other_models: modelsOf(mapping).filter((model) => model !== run.model),
      match: mapping.match,
      unsubscribed: mapping.unsubscribed,
      nulls: mapping.nulls,
      refresh_days: mapping.refresh_days,
      day_number: Math.floor(run.as_of / DAY_MS),
      tiers: entry.tiers,
      forced,
      now,
    },
    { settings: { output_format_json_escape_forward_slashes: 0 } },
  );
  const states = await clickhouse.query(
    loadSql(__dirname, 'sql/summarise-plan.sql'),
    { attempt_id: attemptId },
    stateRow,
  );
  const sent = states.find(({ state }) => state === 'send');
  const toSend = sent?.records ?? 0;
  const isReason = (state: string): state is SuppressionReason =>
    (SUPPRESSION_REASONS as readonly string[]).includes(state);
  const suppressed = Object.fromEntries(
    SUPPRESSION_REASONS.map((reason) => [
      reason,
      states.find(({ state }) => isReason(state) && state === reason)?.records ?? 0,
    ]),
  ) as Record<SuppressionReason, number>;
  const limits = destination.limits(configured.settings);
  const chunks = Math.ceil(toSend / settings.chunkRecords);
  const calls = callsOf(toSend, settings.chunkRecords, destination.wire(configured.settings).maxRecords);
  return {
    destination: entry.name,
    object: mapping.object,
    run_id: run.run_id,
    plan_id: planHashOf({ entry, mapping, runId: run.run_id, toSend, checksum: sent?.checksum ?? '0' }),
    attempt_id: attemptId,
    as_of: run.as_of,
    to_send: toSend,
    suppressed,
    chunks,
    chunk_records: settings.chunkRecords,
    calls,
    predicted_finish_at: predictFinish({
      calls,
      startAt: now,
      limits,
      urgentReserve: entry.urgent_reserve,
      callMs: ASSUMED_CALL_MS,
    }),
    deadline_at: deadlineOf(run.as_of_date, settings.deadline, run.zone),
    planned_at: now,
    replica: settings.replica,
  };
}

/** Requests for so many records: a wire batch never reaches over the end of a chunk. */
export function callsOf(records: number, chunkRecords: number, wireRecords: number): number {
  const whole = Math.floor(records / chunkRecords) * Math.ceil(chunkRecords / wireRecords);
  return whole + Math.ceil((records % chunkRecords) / wireRecords);
}
