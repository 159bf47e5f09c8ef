import { ABSENT_COMPONENTS, hashOf, leadScore, type LeadScoreSettings } from '@millrace/catalog-models';
import {
  runKey,
  type NewRun,
  type NewScoreDecision,
  type RunPublished,
  type ScoreDecision,
} from '@millrace/contract-score';
import { addDays, dayAt, type SealStep } from '@millrace/contract-window';
import { MillraceError } from '@millrace/platform-errors';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { valueOf, type DecisionLog, type KafkaLog } from '@millrace/platform-kafka';

import type { DayBuilder } from '../rollup/day-builder';
import { chunkRanges } from './chunk-ranges';
import { previousRun, revisionOf, runIdOf, runsOf, type RunKey } from './run-key';
import { recordRun } from './run-records';
import { noteSettings } from '../settings/used-settings';
import { RunStore } from './run-store';

export interface RunRequest {
  /** Epoch milliseconds. The run looks at local days before its date. */
  readonly asOf: number;
  /** Whether it is a tick of the schedule: only those count towards leaving a stage. */
  readonly isScheduled: boolean;
  /** Windows that are not sealed, when the run does not wait for them. */
  readonly missing: readonly string[];
  /** Throws when this replica must not publish any more. */
  readonly assertHeld?: () => void;
}

export interface RunOutcome {
  /** unchanged: a run with the same key is published already. */
  readonly outcome: 'published' | 'unchanged';
  readonly run: RunPublished;
  readonly timings: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

export interface RunDeps {
  readonly clickhouse: ClickHouse;
  readonly scores: DecisionLog<ScoreDecision, NewScoreDecision>;
  readonly days: DayBuilder;
  readonly log: KafkaLog;
  readonly zone: string;
  readonly settings: LeadScoreSettings;
  readonly settingsHash: string;
  readonly chunkSize: number;
  readonly chunksPerQuery: number;
  readonly notes?: readonly string[];
}

/** One run of lead_score as of an instant, reading the chain up to `head`. The record in the log decides; the rest is repeatable. */
export async function runLeadScore(head: SealStep, request: RunRequest, dependencies: RunDeps): Promise<RunOutcome> {
  const { clickhouse, scores, days, log, zone, settings, settingsHash } = dependencies;
  const startedAt = Date.now();
  const cpu = process.cpuUsage();
  const timings = createTimings();
  const asOfDate = dayAt(request.asOf, zone).date;
  await scores.refresh();
  const runs = runsOf(scores.entries(), leadScore.name);
  const previous = previousRun(runs, request.asOf);
  const notes = [
    ...ABSENT_COMPONENTS.map(({ component, reason }) => `${component}: ${reason}`),
    ...(dependencies.notes ?? []),
  ];
  const store = new RunStore(clickhouse, settings);
  try {
    const lookBack = Math.max(settings.look_back_days, settings.state_look_back_days);
    const builds = await days.ensureDays(addDays(asOfDate, -lookBack), addDays(asOfDate, -1), head);
    timings.lap('rollup');
    await store.stage(builds, asOfDate, dependencies.chunkSize);
    const inputs = await store.checkInputs();
    timings.lap('identities');
    const key: RunKey = {
      model: leadScore.name,
      model_version: leadScore.version,
      settings_hash: settingsHash,
      as_of: request.asOf,
      input_hash: hashOf({
        days: builds.map(({ day, touched_step }) => [day, touched_step]),
        definition: days.definitionHash,
        people: inputs.checksum,
        zone,
        previous: previous?.run_id ?? null,
        missing: request.missing,
        isScheduled: request.isScheduled,
      }),
    };
    const runId = runIdOf(key);
    const known = runs.find((run) => run.run_id === runId);
    if (known !== undefined) {
      // Its place in the log is a bigint, which JSON does not know.
      const { offset: _offset, ...run } = known;
      return { outcome: 'unchanged', run, timings: timings.all(), notes };
    }

    const finished = await store.finishedChunks(runId);
    const params = {
      runId,
      asOfDate,
      previousRunId: previous?.run_id ?? '',
      isScheduled: request.isScheduled,
    };
    for (const [first, end] of chunkRanges(inputs.chunks, finished, dependencies.chunksPerQuery)) {
      request.assertHeld?.();
      await store.scoreChunks(first, end, params);
    }
    timings.lap('score');
    const check = await store.checkRun(runId);
    timings.lap('check');
    assertWhole(runId, inputs.people, check);

    const run: NewRun = {
      kind: 'run',
      run_id: runId,
      model: key.model,
      model_version: key.model_version,
      settings_hash: key.settings_hash,
      input_hash: key.input_hash,
      as_of: request.asOf,
      as_of_date: asOfDate,
      zone,
      step: head.step,
      revision: revisionOf(runs, key),
      is_partial: request.missing.length > 0,
      missing: [...request.missing],
      entity_kind: 'person',
      rows: check.row_count,
      checksum: check.checksum,
      previous_run_id: previous?.run_id ?? null,
      started_at: startedAt,
      published_at: Date.now(),
    };
    const used = process.cpuUsage(cpu);
    const details = { notes, timings: timings.all(), cpuMs: Math.round((used.user + used.system) / 1000) };
    await noteSettings(clickhouse, key.model, settingsHash, settings);
    await recordRun(clickhouse, run, details);
    request.assertHeld?.();
    const decision = await scores.propose(runKey(runId), run);
    const winner = valueOf(decision.winner) as RunPublished;
    await recordRun(clickhouse, winner, details, decision.winner.offset);
    timings.lap('publish');
    log.info({ runId, rows: run.rows, revision: run.revision, isPartial: run.is_partial }, 'score run published');
    return { outcome: decision.won ? 'published' : 'unchanged', run: winner, timings: timings.all(), notes };
  } finally {
    await store.drop().catch((error: unknown) => log.warn({ err: error }, 'staging rows of a run were left behind'));
  }
}

function assertWhole(runId: string, people: number, check: { row_count: number; broken_sums: number }): void {
  if (check.row_count === people && check.broken_sums === 0) return;
  throw new MillraceError(
    check.broken_sums > 0
      ? `${check.broken_sums} scores of run ${runId} are not the sum of their contributions`
      : `Run ${runId} wrote ${check.row_count} of ${people} rows`,
    { code: check.broken_sums > 0 ? 'SCORE_SUM_BROKEN' : 'MODEL_FAILED', details: { runId, people, ...check } },
  );
}

function createTimings(): { lap(name: string): void; all(): Record<string, number> } {
  const laps: Record<string, number> = {};
  let last = performance.now();
  return {
    lap(name) {
      const now = performance.now();
      laps[name] = Math.round(now - last);
      last = now;
    },
    all: () => ({ ...laps }),
  };
}
