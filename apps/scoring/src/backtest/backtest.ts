import { hashOf, readingsOf } from '@millrace/catalog-models';
import type { RunPublished } from '@millrace/contract-score';
import { dayAt } from '@millrace/contract-window';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import type { Engine } from '../runs/engine';
import type { BacktestReport, BacktestRequest } from './backtest-report';
import { bindReading, modelsOfRuns, type BoundReading } from './bind-readings';
import { isHorizonOver } from './choose-instants';
import { readBacktestFigures } from './figures';
import { labelRows, writeOutcomes } from './label-rows';
import { notesOf } from './notes';
import { tryInstant, type TriedInstant } from './try-instant';

export interface BacktestTools {
  readonly stepAside: () => Promise<void>;
  readonly onTried?: (tried: TriedInstant, place: { readonly done: number; readonly of: number }) => void;
}

const DAY_MS = 86_400_000;

/** Scores instants of the past as of then, finds what followed each score, and counts how well the scores told it. */
export async function backtest(
  engine: Engine,
  clickhouse: ClickHouse,
  request: BacktestRequest,
  tools: BacktestTools,
): Promise<BacktestReport> {
  const { model, instants, horizonDays } = request;
  const horizonMs = horizonDays * DAY_MS;
  const toldThrough = endOfReading(request, horizonMs, engine.zone);
  const spanDays = Math.ceil((toldThrough - Math.min(...instants)) / DAY_MS);
  const { outcomes, members } = readingsOf(request.outcome, request.settingsFolder, spanDays);

  // What was known then.
  const tried: TriedInstant[] = [];
  for (const asOf of instants) {
    const one = await tryInstant(engine, [model.name, ...modelsOfRuns(members)], asOf, tools.stepAside);
    tried.push(one);
    tools.onTried?.(one, { done: tried.length, of: instants.length });
  }

  // What happened since, by who is who now.
  const later = await tryInstant(engine, modelsOfRuns(outcomes), toldThrough, tools.stepAside);
  const told = await bindReading(engine, outcomes, toldThrough, later.runs);
  const backtestId = idOf(
    request,
    tried.map((one) => runOf(one, model.name)),
    told,
  );
  await writeOutcomes(clickhouse, backtestId, told);

  // One after the other.
  const runs: BacktestReport['runs'][number][] = [];
  for (const one of tried) {
    const run = runOf(one, model.name);
    const isComplete = isHorizonOver(one.asOf, horizonMs, toldThrough);
    const bound = await bindReading(engine, members, one.asOf, one.runs);
    const { outcomeOf, isConvertedIncluded, threshold } = request;
    const { qualified } = model;
    const horizonEnd = one.asOf + horizonMs;
    await labelRows(
      clickhouse,
      { backtestId, run, outcomeOf, horizonEnd, isComplete, isConvertedIncluded, threshold, qualified },
      bound,
    );
    runs.push({ as_of_date: run.as_of_date, run_id: run.run_id, is_complete: isComplete });
  }

  const complete = runs.filter((run) => run.is_complete);
  const pooled = (complete.length > 0 ? complete : runs).map((run) => run.as_of_date);
  const figures = await readBacktestFigures(clickhouse, { backtestId, pooled, minPrecision: request.minPrecision });
  const { settings_hash } = runOf(tried[0] as TriedInstant, model.name);
  const report: BacktestReport = {
    backtest_id: backtestId,
    model: model.name,
    model_version: model.version,
    settings_hash,
    outcome: request.outcome,
    entity_kind: model.entity,
    outcome_of: request.outcomeOf,
    horizon_days: horizonDays,
    zone: engine.zone,
    runs,
    told_through: new Date(toldThrough).toISOString(),
    qualified_as: qualifiedAs(request),
    min_precision: request.minPrecision,
    is_converted_included: request.isConvertedIncluded,
    ...figures,
    notes: notesOf({ request, runs, tried, figures }),
  };
  await record(clickhouse, report);
  return report;
}

/** Nothing after the last horizon matters: the start of the day after its end, if that has come. */
const endOfReading = ({ instants, toldThrough }: BacktestRequest, horizonMs: number, zone: string): number =>
  Math.min(toldThrough, dayAt(Math.max(...instants) + horizonMs, zone).end);

function runOf({ runs }: TriedInstant, name: string): RunPublished {
  const run = runs.find(({ model }) => model === name);
  if (run === undefined) throw new Error(`${name} was not tried`);
  return run;
}

function qualifiedAs({ model: { qualified }, threshold }: BacktestRequest): string | null {
  if (threshold !== null) return `score ${threshold} or more`;
  return qualified === undefined ? null : `${qualified.field} ${qualified.values.join(' or ')}`;
}

/** The same question about the same runs and outcomes is the same back-test. */
function idOf(request: BacktestRequest, runs: readonly RunPublished[], told: BoundReading): string {
  const { model, outcome, outcomeOf, horizonDays, threshold, minPrecision, isConvertedIncluded } = request;
  const { qualified } = model;
  const what = { outcome, outcomeOf, horizonDays, threshold, minPrecision, isConvertedIncluded, qualified };
  const run_ids = runs.map(({ run_id }) => run_id);
  return `${model.name}-${outcome}-${hashOf({ ...what, run_ids, told: told.bound, rules: told.reading.params })}`;
}

async function record(clickhouse: ClickHouse, report: BacktestReport): Promise<void> {
  const all = report.instants.find(({ as_of_date }) => as_of_date === null);
  const aucOf = (of: 'score' | 'recency'): number | null =>
    report.rankings.find(({ ranking, as_of_date }) => ranking === of && as_of_date === null)?.auc ?? null;
  await clickhouse.insertRows('backtests', [
    {
      backtest_id: report.backtest_id,
      model: report.model,
      model_version: report.model_version,
      settings_hash: report.settings_hash,
      outcome: report.outcome,
      entity_kind: report.entity_kind,
      outcome_of: report.outcome_of,
      horizon_days: report.horizon_days,
      zone: report.zone,
      as_of_dates: report.runs.map(({ as_of_date }) => as_of_date),
      run_ids: report.runs.map(({ run_id }) => run_id),
      told_through: report.told_through,
      entities: all?.entities ?? 0,
      conversions: all?.conversions ?? 0,
      score_auc: aucOf('score'),
      recency_auc: aucOf('recency'),
      report: JSON.stringify(report),
      notes: report.notes,
      made_at: new Date().toISOString(),
    },
  ]);
}
