import type { Input, Model, Score } from '@millrace/catalog-models';
import { editsTopic, lineageJobOf, scoresTopic, type BoundInput, type RunPublished } from '@millrace/contract-score';
import { entityTopics } from '@millrace/contract-signal';
import { SIGNALS_VIEW } from '@millrace/contract-window';
import { describeError, MillraceError } from '@millrace/platform-errors';
import type { Lineage, NamedDataset, NamedRun, Told } from '@millrace/platform-lineage';

import { modelSql } from './model-sql';
import { EVENTS } from './trial-tables';

/** What a run is known by before it has a result. */
export interface BegunRun {
  readonly runId: string;
  /** What it reads, as bound. */
  readonly bound: Readonly<Record<string, BoundInput>>;
}

/** Tells the catalogue of one attempt at a run: that it began, and how it ended. */
export interface RunLineage {
  begin(begun: BegunRun): void;
  complete(run: RunPublished): void;
  /** Also of a run that failed before its inputs were bound: its id is then that of the model and the instant. */
  fail(error: unknown): void;
}

export interface RunLineageDeps {
  readonly lineage: Lineage;
  readonly model: Score;
  readonly models: readonly Model[];
  /** What the model's file says now. */
  readonly settings: () => object;
  readonly topicPrefix: string;
  /** Epoch milliseconds. */
  readonly asOf: number;
  readonly now?: () => number;
}

/** Nobody wants to hear of runs: nothing is read or made for an event. */
const UNHEARD: RunLineage = { begin: () => undefined, complete: () => undefined, fail: () => undefined };

export function createRunLineage({
  lineage,
  model,
  models,
  settings,
  topicPrefix,
  asOf,
  now = Date.now,
}: RunLineageDeps): RunLineage {
  if (!lineage.isOn) return UNHEARD;
  const instant = new Date(asOf).toISOString();
  let begun: BegunRun = { runId: `${model.name}@${instant}`, bound: {} };
  let hasBegun = false;
  const jobFacets = {
    documentation: { description: model.description },
    sql: sqlOf(model),
  };
  const told = (type: Told['type'], more: Partial<Told> = {}): Told => ({
    type,
    at: now(),
    runId: begun.runId,
    job: lineageJobOf(model.name),
    after: readRuns(model, settings(), begun.bound),
    runFacets: { nominalTime: { nominalStartTime: instant } },
    jobFacets,
    inputs: inputsOf(model, models, settings(), topicPrefix),
    outputs: outputsOf(model, topicPrefix),
    ...more,
  });
  return {
    begin(run) {
      begun = run;
      hasBegun = true;
      lineage.tell(told('START'));
    },
    complete(run) {
      // One that was there already was told of when it was made.
      if (!hasBegun) return;
      lineage.tell(
        told('COMPLETE', {
          runFacets: { nominalTime: { nominalStartTime: instant }, millrace_scoreRun: factsOf(run) },
          outputs: outputsOf(model, topicPrefix, run),
        }),
      );
    },
    fail(error) {
      // Another replica has the run now, and tells how it ends.
      if (error instanceof MillraceError && error.code === 'DECISION_LOST') return;
      if (!hasBegun) lineage.tell(told('START'));
      lineage.tell(
        told('FAIL', {
          runFacets: {
            nominalTime: { nominalStartTime: instant },
            errorMessage: { message: describeError(error), programmingLanguage: 'TypeScript' },
          },
        }),
      );
    },
  };
}

/** Days are built by the run itself where they are missing: it reads signals then, and rows of days. */
function inputsOf(
  model: Score,
  models: readonly Model[],
  settings: object,
  topicPrefix: string,
): readonly NamedDataset[] {
  const named = Object.values<Input>(model.inputs(settings)).flatMap((input): NamedDataset[] => {
    switch (input.from) {
      case 'signals':
        return [{ table: SIGNALS_VIEW }];
      case 'days':
        return [{ table: SIGNALS_VIEW }, ...tablesFilledBy(models, input.model)];
      case 'entities':
        return [{ topic: entityTopics(topicPrefix)[input.of].name }];
      case 'edits':
        return [{ topic: editsTopic(topicPrefix).name }];
      case 'run':
        return input.pick === 'own_previous' ? [] : tablesFilledBy(models, input.model);
    }
  });
  return [...new Map(named.map((one) => [JSON.stringify(one), one])).values()];
}

function tablesFilledBy(models: readonly Model[], name: string): NamedDataset[] {
  const model = models.find((one) => one.name === name);
  if (model === undefined) return [];
  const tables = model.kind === 'score' ? [model.rows.table] : model.build.map(({ into }) => into);
  return [...new Set(tables)].map((table) => ({ table }));
}

function outputsOf(model: Score, topicPrefix: string, run?: RunPublished): readonly NamedDataset[] {
  return [
    { table: model.rows.table, rows: run?.rows, isChecked: true },
    ...(model.events === undefined ? [] : [{ table: EVENTS, rows: run?.events?.count, isChecked: true }]),
    { topic: scoresTopic(topicPrefix).name },
  ];
}

/** The statement, where the run is one. */
function sqlOf(model: Score): object | undefined {
  const [only, ...others] = [...(model.stage ?? []), ...model.score];
  if (only === undefined || others.length > 0 || !('sql' in only)) return undefined;
  return { query: modelSql(model, only.sql), dialect: 'clickhouse' };
}

function readRuns(model: Score, settings: object, bound: BegunRun['bound']): readonly NamedRun[] {
  const inputs: Readonly<Record<string, Input>> = model.inputs(settings);
  return Object.entries(bound).flatMap(([name, input]) => {
    const from = inputs[name];
    if (input.kind !== 'run' || input.run_id === null || from?.from !== 'run') return [];
    return [{ runId: input.run_id, job: lineageJobOf(from.model) }];
  });
}

const factsOf = (run: RunPublished): object => ({
  runId: run.run_id,
  model: run.model,
  modelVersion: run.model_version,
  settingsHash: run.settings_hash,
  inputHash: run.input_hash,
  asOf: new Date(run.as_of).toISOString(),
  step: run.step,
  revision: run.revision,
  rows: run.rows,
  checksum: run.checksum,
  isPartial: run.is_partial,
  missing: run.missing,
});
