import { hashOf, type Score } from '@millrace/catalog-models';
import {
  runKey,
  type BoundInput,
  type NewRun,
  type NewScoreDecision,
  type RunPublished,
  type ScoreDecision,
} from '@millrace/contract-score';
import { dayAt, type SealStep } from '@millrace/contract-window';
import { MillraceError } from '@millrace/platform-errors';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { valueOf, type DecisionLog, type KafkaLog } from '@millrace/platform-kafka';

import type { DecidedRun, DecisionIndex } from '../schedule/decision-index';
import { noteSettings } from '../settings/used-settings';
import type { BoundInputs } from './bind-inputs';
import { chunkRanges } from './chunk-ranges';
import { RunAttempt, type ChunkPlan } from './run-attempt';
import { billedTo, readCost, type RunCost } from './run-cost';
import type { RunLineage } from './run-lineage';
import { revisionOf, runIdOf, type RunKey, type TrialPurpose } from './run-key';
import type { RunProgress, RunStage } from './run-progress';
import { recordDays, recordRun } from './run-records';
import { findTrial, recordTrial } from './trial-records';

export interface RunRequest {
  /** Epoch milliseconds. The run looks at local days before its date. */
  readonly asOf: number;
  /** Whether it is a tick of the schedule: only those count towards leaving a stage. */
  readonly isScheduled: boolean;
  /** Whether it is the last tick of its month: its contributions are kept as long as its scores. */
  readonly isLastOfMonth: boolean;
  /** Windows that are not sealed, when the run does not wait for them. */
  readonly missing: readonly string[];
  /** False: nothing is delivered because of the run. */
  readonly deliver?: boolean | undefined;
  /** Left out: the run is published. */
  readonly purpose?: TrialPurpose | undefined;
  /** Throws when this replica must not publish any more. */
  readonly assertHeld?: (() => void) | undefined;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
}

export interface RunOutcome {
  /** tried: a run that is not published. unchanged: one with the same key is there already. */
  readonly outcome: 'published' | 'tried' | 'unchanged';
  readonly run: RunPublished;
  readonly timings: Readonly<Record<string, number>>;
  /** Null: nothing was run, or ClickHouse does not say. */
  readonly cost: RunCost | null;
  readonly notes: readonly string[];
}

export interface RunDeps {
  readonly clickhouse: ClickHouse;
  readonly scores: DecisionLog<ScoreDecision, NewScoreDecision>;
  /** Follows `scores`. */
  readonly decisions: DecisionIndex;
  readonly log: KafkaLog;
  readonly zone: string;
  readonly settings: object;
  readonly settingsHash: string;
  /** Where they stand in the log of what is published; undefined: nowhere. */
  readonly settingsOffset: number | undefined;
  readonly chunkSize: number;
  readonly chunksPerQuery: number;
  readonly bind: () => Promise<BoundInputs>;
  readonly notes: readonly string[];
  /** Left out: nobody is told of the run. */
  readonly lineage?: RunLineage | undefined;
}

const KEPT_DAYS = 35;
const KEPT_DAYS_OF_MONTH = 400;
const DAY_MS = 86_400_000;

/**
 * One run of a model as of an instant, reading the chain up to `head`. The record in the log decides; the rest is repeatable. A run
 * with a purpose is not proposed: its rows and its record stand in tables of their own.
 */
export async function runModel(model: Score, head: SealStep, request: RunRequest, deps: RunDeps): Promise<RunOutcome> {
  const { clickhouse, scores, log, zone, settings, settingsHash } = deps;
  const { purpose } = request;
  const startedAt = Date.now();
  const cpu = process.cpuUsage();
  const timings = createTimings();
  const asOfDate = dayAt(request.asOf, zone).date;
  const tell = (stage: RunStage, chunks: number | null = null, chunks_done = 0): void =>
    request.onProgress?.({ model: model.name, stage, chunks, chunks_done });
  tell('inputs');
  await scores.refresh();
  const inputs = await deps.bind();
  timings.lap('inputs');
  const missing = [...request.missing, ...inputs.missing];
  const notes = [
    ...(model.explain?.absent ?? []).map(({ component, reason }) => `${component}: ${reason}`),
    ...(model.warnings?.(settings) ?? []),
    ...inputs.notes,
    ...deps.notes,
  ];
  const key: RunKey = {
    model: model.name,
    model_version: model.version,
    settings_hash: settingsHash,
    as_of: request.asOf,
    input_hash: hashOf({
      inputs: contentOf(inputs.bound),
      zone,
      missing,
      isScheduled: request.isScheduled,
    }),
    purpose,
  };
  const runId = runIdOf(key);
  const revisions = purpose === undefined ? deps.decisions.runsAt(model.name, request.asOf) : [];
  const known = purpose === undefined ? knownRun(revisions, runId) : await findTrial(clickhouse, runId);
  if (known !== undefined) return { outcome: 'unchanged', run: known, timings: timings.all(), cost: null, notes };

  deps.lineage?.begin({ runId, bound: inputs.bound });
  const keptDays = request.isLastOfMonth ? KEPT_DAYS_OF_MONTH : KEPT_DAYS;
  const attempt = new RunAttempt({
    clickhouse: billedTo(clickhouse, runId),
    model,
    settings,
    runId,
    isTrial: purpose !== undefined,
    run: { asOfDate, zone },
    params: {
      ...inputs.params,
      as_of: new Date(request.asOf),
      as_of_date: asOfDate,
      zone,
      is_scheduled: request.isScheduled,
      chunk_size: deps.chunkSize,
      contributions_until: new Date(startedAt + keptDays * DAY_MS).toISOString().slice(0, 10),
    },
  });
  try {
    tell('stage');
    await attempt.stage();
    const plan = await attempt.planChunks();
    timings.lap('stage');
    let done = plan.finished.size;
    tell('score', plan.chunks, done);
    for (const [first, end] of chunkRanges(plan.chunks, plan.finished, deps.chunksPerQuery)) {
      request.assertHeld?.();
      await attempt.score(first, end);
      done += end - first;
      tell('score', plan.chunks, done);
    }
    timings.lap('score');
    tell('check', plan.chunks, done);
    const check = await attempt.check();
    assertWhole(runId, plan, check.rows.count);
    timings.lap('check');

    const run: NewRun = {
      kind: 'run',
      v: 2,
      run_id: runId,
      model: key.model,
      model_version: key.model_version,
      settings_hash: key.settings_hash,
      input_hash: key.input_hash,
      as_of: request.asOf,
      as_of_date: asOfDate,
      zone,
      step: head.step,
      revision: revisionOf(revisions, key),
      purpose: purpose ?? 'publish',
      inputs: { ...inputs.bound },
      is_partial: missing.length > 0,
      missing,
      entity_kind: model.entity,
      fields: Object.keys(model.publishes),
      rows: check.rows.count,
      checksum: check.rows.checksum,
      ...(check.events === undefined ? {} : { events: check.events }),
      previous_run_id: inputs.previous?.run_id ?? null,
      started_at: startedAt,
      published_at: Date.now(),
      ...(request.deliver === false ? { deliver: false } : {}),
      ...(deps.settingsOffset === undefined ? {} : { settings_offset: deps.settingsOffset }),
    };
    const used = process.cpuUsage(cpu);
    const cost = await readCost(clickhouse, runId);
    const details = {
      notes: typeof cost === 'string' ? [...notes, `cost: not known, ${cost}`] : notes,
      timings: timings.all(),
      cpuMs: Math.round((used.user + used.system) / 1000),
      cost: typeof cost === 'string' ? undefined : cost,
    };
    const outcomeOf = (outcome: RunOutcome['outcome'], made: RunPublished): RunOutcome => ({
      outcome,
      run: made,
      timings: timings.all(),
      cost: details.cost ?? null,
      notes: details.notes,
    });
    await noteSettings(clickhouse, key.model, settingsHash, settings);
    await recordDays(clickhouse, inputs.days);
    if (purpose !== undefined) {
      const tried = await recordTrial(clickhouse, run, details);
      return outcomeOf('tried', tried);
    }
    await recordRun(clickhouse, run, details);
    request.assertHeld?.();
    tell('publish', plan.chunks, done);
    const decision = await scores.propose(runKey(runId), run);
    const winner = valueOf(decision.winner) as RunPublished;
    await recordRun(clickhouse, winner, details, decision.winner.offset);
    timings.lap('publish');
    log.info({ runId, rows: run.rows, revision: run.revision, isPartial: run.is_partial }, 'score run published');
    return outcomeOf(decision.won ? 'published' : 'unchanged', winner);
  } finally {
    await attempt.drop().catch((error: unknown) => log.warn({ err: error }, 'staging rows of a run were left behind'));
  }
}

/** What decides a run's rows: the head step of the chain is recorded and changes nothing by itself. */
const contentOf = (bound: Readonly<Record<string, BoundInput>>): object =>
  Object.fromEntries(Object.entries(bound).filter(([, input]) => input.kind !== 'step'));

function knownRun(revisions: readonly DecidedRun[], runId: string): RunPublished | undefined {
  const known = revisions.find((run) => run.run_id === runId);
  if (known === undefined) return undefined;
  // Its place in the log is a bigint, which JSON does not know.
  const { offset: _offset, ...run } = known;
  return run;
}

function assertWhole(runId: string, { entities }: ChunkPlan, rows: number): void {
  if (entities === null || rows === entities) return;
  throw new MillraceError(`Run ${runId} wrote ${rows} of ${entities} rows`, {
    code: 'MODEL_FAILED',
    details: { runId, entities, rows },
  });
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
