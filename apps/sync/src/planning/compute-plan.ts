import { randomUUID } from 'node:crypto';

import { routeFor } from '@millrace/catalog-destinations';
import { SUPPRESSION_REASONS, type PlanDecision, type SuppressionReason } from '@millrace/contract-delivery';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { z } from 'zod';

import type { ObjectMapping } from '../destinations/destination-file';
import type { ConfiguredDestination } from '../destinations/load-destinations';
import { deadlineOf } from './deadline';
import { materialFieldsOf } from './material-fields';
import { planHashOf } from './plan-hash';
import { planSql } from './plan-sql';
import { predictFinish } from './predict-finish';
import { railsOf, type Rails } from './rails';
import type { PlanSettings, PlanSubject } from './plan-subject';
import { readBackRecords } from './read-back';
import { moveRenamed } from './renames';
import type { LoggedRun } from './run-index';
import type { RunSet } from './run-set';
import { isSomebody, NOBODY, stageUncertain } from './uncertain';

const countedRow = z.object({ state: z.string(), records: z.number() });
const summaryRow = z.object({ state: z.string(), records: z.number(), checksum: z.string() });
/** What a request takes when nothing is known about the destination yet. */
const ASSUMED_CALL_MS = 250;
const SETTINGS = { output_format_json_escape_forward_slashes: 0 } as const;

/**
 * Compares who exists, with the values of a set of runs, with what the destination last accepted, inside ClickHouse, and writes the
 * rows of the plan under an attempt id of their own. Nothing is decided by it: the proposal to deliveries.plans.v1 is.
 */
export async function computePlan(
  clickhouse: ClickHouse,
  subject: PlanSubject,
  settings: PlanSettings,
  now: number,
): Promise<PlanDecision> {
  const { mapping, before, forced, configured, isPreview = false } = subject;
  const isOtherMatch = before?.match !== undefined && before.match !== mapping.match;
  // Found by another key, nothing of what was accepted can be compared: it is as if nothing had been.
  if (isOtherMatch && !isPreview) await forgetAccepted(clickhouse, configured, mapping);
  const isFirst = isOtherMatch || !(await hasAccepted(clickhouse, configured, mapping));
  const uncertainId = isOtherMatch ? NOBODY : await stageUncertain(clickhouse, subject);
  const takesLeavers = (!isFirst || isSomebody(uncertainId)) && forced === undefined;
  const stage = (): Promise<string> => stageRecords(clickhouse, subject, { now, takesLeavers, uncertainId });

  let attemptId = await stage();
  try {
    const isStale =
      !isPreview &&
      forced === undefined &&
      ((isFirst && (await readBackRecords(clickhouse, subject, attemptId, now))) ||
        (!isFirst && (await moveRenamed(clickhouse, subject, attemptId))));
    if (isStale) {
      await dropRecords(clickhouse, attemptId);
      attemptId = await stage();
    }
    return await placeRows(clickhouse, subject, settings, { attemptId, now, isFirst });
  } finally {
    await dropRecords(clickhouse, attemptId);
    if (isSomebody(uncertainId)) await dropRecords(clickhouse, uncertainId);
  }
}

async function stageRecords(
  clickhouse: ClickHouse,
  { configured: { entry }, mapping, set, forced }: PlanSubject,
  given: { readonly now: number; readonly takesLeavers: boolean; readonly uncertainId: string },
): Promise<string> {
  const attemptId = randomUUID();
  await clickhouse.command(
    planSql('stage-records', mapping.entity),
    {
      ...materialFieldsOf(mapping, set.neverRan),
      attempt_id: attemptId,
      destination: entry.name,
      object: mapping.object,
      instance: entry.instance ?? '',
      audience_run_id: set.audience.run.run_id,
      run_ids: [...set.runs.values()].map(({ run }) => run.run_id),
      match: mapping.match,
      mode: mapping.mode,
      nulls: mapping.nulls,
      unsubscribed: mapping.unsubscribed,
      refresh_days: mapping.refresh_days,
      takes_leavers: given.takesLeavers,
      uncertain_id: given.uncertainId,
      tiers: entry.tiers,
      is_forced: forced !== undefined,
      forced: Array.isArray(forced) ? forced : [],
      held_of: forced !== undefined && 'heldOf' in forced ? forced.heldOf : '',
      now: given.now,
    },
    { settings: SETTINGS },
  );
  return attemptId;
}

async function placeRows(
  clickhouse: ClickHouse,
  subject: PlanSubject,
  settings: PlanSettings,
  { attemptId, now, isFirst }: { readonly attemptId: string; readonly now: number; readonly isFirst: boolean },
): Promise<PlanDecision> {
  const { configured, mapping, set, before, compared = [], missing = [], forced } = subject;
  const { entry, destination } = configured;
  const params = { attempt_id: attemptId };
  const counted = await clickhouse.query(loadSql(__dirname, 'sql/count-records.sql'), params, countedRow);
  const records = counted.reduce((sum, one) => sum + one.records, 0);
  const sendable = counted.find(({ state }) => state === 'send');
  const isAnyGone = counted.some(({ state }) => state === 'gone');
  if (isAnyGone && subject.isPreview !== true) await emptyGone(clickhouse, subject, attemptId);
  const rails = railsOf(compared, records, isFirst || forced !== undefined);
  const { run } = set.newest;
  const latest = latestOf(set).run;
  await clickhouse.command(
    loadSql(__dirname, 'sql/insert-plan-rows.sql'),
    {
      ...params,
      destination: entry.name,
      object: mapping.object,
      run_id: run.run_id,
      fields: materialFieldsOf(mapping, set.neverRan).fields,
      nulls: mapping.nulls,
      most_records: rails.mostRecords,
      most_exits: rails.mostExits,
      sendable: sendable?.records ?? 0,
      is_forced: forced !== undefined,
    },
    { settings: SETTINGS },
  );
  const summary = await clickhouse.query(loadSql(__dirname, 'sql/summarise-plan.sql'), params, summaryRow);
  const sent = summary.find(({ state }) => state === 'send');
  const held = summary.find(({ state }) => state === 'waits_for_approval')?.records ?? 0;
  const toSend = sent?.records ?? 0;
  const route = routeFor(destination.routes(configured.settings), toSend);
  const limits = destination.limits(configured.settings);
  const calls = callsOf(toSend, settings.chunkRecords, route.cut.maxRecords);
  return {
    destination: entry.name,
    object: mapping.object,
    run_id: run.run_id,
    plan_id: planHashOf({
      entry,
      mapping,
      set: set.hash,
      toSend,
      checksum: sent?.checksum ?? '0',
      after: before?.plan_id,
    }),
    attempt_id: attemptId,
    // The fence and the ledger order values by it: it never goes back, though the run that was decided last may be of an earlier tick.
    as_of: Math.max(latest.as_of, before?.as_of ?? 0),
    to_send: toSend,
    suppressed: suppressedOf(counted, held),
    chunks: Math.ceil(toSend / settings.chunkRecords),
    chunk_records: settings.chunkRecords,
    calls,
    predicted_finish_at: predictFinish({
      calls,
      startAt: now,
      limits,
      urgentReserve: entry.urgent_reserve,
      callMs: ASSUMED_CALL_MS,
    }),
    deadline_at: deadlineOf(latest.as_of_date, settings.deadline, latest.zone),
    planned_at: now,
    replica: settings.replica,
    v: 2,
    set: set.hash,
    runs: Object.fromEntries(
      [...set.runs, ['', set.audience] as const].map(([, one]) => [one.run.model, one.run.run_id]),
    ),
    through: Number(set.newest.offset),
    missing: [...set.neverRan.map((model) => `${model} has never run`), ...missing.map(waitedForInVain)],
    is_scheduled: set.newest.isScheduled,
    records,
    is_first: isFirst,
    match: mapping.match,
    ...(before === undefined ? {} : { after: before.plan_id }),
    ...heldBecause(held, rails),
  };
}

const latestOf = ({ audience, runs }: RunSet): LoggedRun =>
  [...runs.values()].reduce((latest, one) => (one.run.as_of > latest.run.as_of ? one : latest), audience);

const waitedForInVain = (model: string): string => `${model} had an open tick: its run before was taken`;

const heldBecause = (held: number, { because }: Rails): Pick<PlanDecision, 'held_because'> =>
  held > 0 && because !== undefined ? { held_because: because } : {};

function suppressedOf(counted: readonly z.infer<typeof countedRow>[], held: number): Record<SuppressionReason, number> {
  const of = (reason: SuppressionReason): number =>
    reason === 'waits_for_approval' ? held : (counted.find(({ state }) => state === reason)?.records ?? 0);
  return Object.fromEntries(SUPPRESSION_REASONS.map((reason) => [reason, of(reason)])) as Record<
    SuppressionReason,
    number
  >;
}

const dropRecords = (clickhouse: ClickHouse, attemptId: string): Promise<void> =>
  clickhouse.command(`alter table delivery_plan_records drop partition '${attemptId}'`);

async function hasAccepted(
  clickhouse: ClickHouse,
  { entry }: ConfiguredDestination,
  { object }: ObjectMapping,
): Promise<boolean> {
  const rows = await clickhouse.query(
    loadSql(__dirname, 'sql/has-accepted.sql'),
    { destination: entry.name, object },
    z.object({ found: z.number() }),
  );
  return rows.length > 0;
}

const forgetAccepted = (
  clickhouse: ClickHouse,
  { entry }: ConfiguredDestination,
  { object }: ObjectMapping,
): Promise<void> =>
  clickhouse.command(loadSql(__dirname, 'sql/forget-accepted.sql'), { destination: entry.name, object });

const emptyGone = (
  clickhouse: ClickHouse,
  { configured: { entry }, mapping: { object } }: PlanSubject,
  attemptId: string,
): Promise<void> =>
  clickhouse.command(loadSql(__dirname, 'sql/empty-gone.sql'), {
    attempt_id: attemptId,
    destination: entry.name,
    object,
  });

/** Requests for so many records: a wire batch never reaches over the end of a chunk. */
export function callsOf(records: number, chunkRecords: number, wireRecords: number): number {
  const whole = Math.floor(records / chunkRecords) * Math.ceil(chunkRecords / wireRecords);
  return whole + Math.ceil((records % chunkRecords) / wireRecords);
}
