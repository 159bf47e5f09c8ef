import { findModel, MODELS, type Model, type Score } from '@millrace/catalog-models';
import { emailKey } from '@millrace/identity';
import { MillraceError, unknownName } from '@millrace/platform-errors';
import type { BoundInput } from '@millrace/contract-score';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import { modelSql } from '../runs/model-sql';
import { settingChanges, type SettingChange } from '../settings/setting-changes';
import { settingsOf } from '../settings/used-settings';
import { namesOf } from './entity-names';
import { explainMove, keyOf, sentenceOf, type Contribution, type Move } from './explain-move';
import { unknownPerson } from './unknown-person';

export interface RunRow {
  readonly run_id: string;
  readonly model: string;
  readonly as_of: string;
  readonly as_of_date: string;
  readonly revision: number;
  readonly settings_hash: string;
  /** Who published the settings, and why; empty: not known. */
  readonly settings_author: string;
  readonly settings_note: string;
  readonly zone: string;
  readonly step: number;
  readonly is_partial: boolean;
  readonly missing: readonly string[];
  readonly is_stale: boolean;
  readonly previous_run_id: string;
  readonly row_count: number;
  readonly checksum: string;
  readonly inputs: string;
}

interface PersonRow {
  readonly run_id: string;
  readonly entity_id: string;
  readonly email: string;
  readonly account_id: string;
  readonly score: number | null;
  readonly previous_score: number | null;
  readonly grade: string;
  readonly stage: string;
  readonly score_reasons: readonly string[];
  readonly contributions: readonly Contribution[];
  readonly values: string;
}

export interface Explanation {
  readonly model: string;
  readonly entity_id: string;
  readonly email: string;
  readonly account_id: string;
  readonly run: RunRow;
  readonly score: number | null;
  readonly previous_score: number | null;
  readonly change: number | null;
  readonly grade: string;
  readonly stage: string;
  readonly previous_stage: string | null;
  readonly score_reasons: readonly string[];
  readonly contributions: readonly (Contribution & { readonly sentence: string })[];
  readonly moved: readonly Move[];
  /** Settings that are not those of the run before. */
  readonly settings_changed: readonly SettingChange[];
  /** What the model publishes besides. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The same in the run before; null: the entity is not in it, under any of its names, or there is none. */
  readonly previous_values: Readonly<Record<string, unknown>> | null;
  /** What the model says of it, such as what an unknown grade lacks and what to do. */
  readonly remarks: readonly string[];
  /** The command that mends a stale run; null when it is not stale. */
  readonly mend: string | null;
  /** Parts of the formula that nothing computes yet: 0 points each. */
  readonly absent: readonly { component: string; points: number; reason: string }[];
}

const RUN = `select run_id, model, as_of, as_of_date, settings_hash, settings_author, settings_note, zone, revision, step, is_partial, missing, is_stale, previous_run_id, row_count, checksum, inputs
from score_runs
where model = {model: String} and ({run_id: String} = '' or run_id = {run_id: String})
order by as_of desc, log_offset desc
limit 1`;

const NEWEST_RUNS =
  'select run_id from score_runs where model = {model: String} order by as_of desc, log_offset desc limit 50';

const COLUMNS =
  'run_id, entity_id, email, account_id, score, previous_score, grade, stage, score_reasons, contributions, values';

const PERSON = `select ${COLUMNS}
from score_rows final
where run_id = {run_id: String} and (entity_id in ({entity: String}, {email: String}) or email = {email: String})
order by entity_id = {entity: String} desc, entity_id
limit 1`;

/** Of several names the one whose score the later run continues, else the name of today. */
const BEFORE = `select ${COLUMNS}
from score_rows final
where run_id = {run_id: String} and entity_id in {names: Array(String)}
order by ifNull(score = {score: Nullable(UInt8)}, false) desc, entity_id = {entity: String} desc, entity_id
limit 1`;

/** Why a person's score in a run (default: the current one) is what it is, and why it moved. `entity` is a person id, or an e-mail in any case. */
export async function explainPerson(
  clickhouse: ClickHouse,
  model: string,
  entity: string,
  runId = '',
  models: readonly Model[] = MODELS,
): Promise<Explanation> {
  const definition = findModel(model, models) as Score;
  const run = await findRun(clickhouse, model, runId);
  const person = await findPerson(clickhouse, run.run_id, entity);
  if (person === undefined) throw await unknownPerson(clickhouse, run, entity);
  const { labels, explain } = definition;
  const settings = await settingsOf(clickhouse, model, run.settings_hash);
  const before = await findBefore(clickhouse, run, person, await namesOf(clickhouse, definition, models, run, person));
  const changes = settings === undefined ? [] : await changesSince(clickhouse, run, settings);
  const remarks = await remarksOf(clickhouse, definition, run, person.entity_id, settings);
  const remarkOn = (row: Contribution): string | undefined => remarks.find(({ about }) => about === keyOf(row))?.remark;
  const capOf = ({ component, signal_class }: Contribution): number | undefined =>
    settings === undefined ? undefined : explain?.dailyCap?.(settings, component, signal_class);
  return {
    model,
    entity_id: person.entity_id,
    email: person.email,
    account_id: person.account_id,
    run,
    score: person.score,
    previous_score: before?.score ?? null,
    change: before === undefined || before.score === null || person.score === null ? null : person.score - before.score,
    grade: person.grade,
    stage: person.stage,
    previous_stage: before?.stage ?? null,
    score_reasons: person.score_reasons,
    contributions: person.contributions.map((row) => ({
      ...row,
      sentence: sentenceOf(row, labels, capOf(row), remarkOn(row)),
    })),
    moved:
      before === undefined ? [] : explainMove(before.contributions, person.contributions, changes, explain?.concerns),
    settings_changed: changes,
    values: valuesOf(person),
    previous_values: before === undefined ? null : valuesOf(before),
    remarks: remarks.flatMap(({ remark, about = '' }) => (about === '' ? [remark] : [])),
    mend: run.is_stale ? `npx millrace score rerun --model ${model} --as-of ${isoOf(run.as_of)}` : null,
    absent: (explain?.absent ?? []).map((part) => ({ ...part, points: 0 })),
  };
}

interface Remark {
  readonly remark: string;
  /** `component.class` of the contribution that it is about; else it is about the entity. */
  readonly about?: string;
}

/** What the model itself has to say of the entity: sentences of its own select, bound to what the run read. */
async function remarksOf(
  clickhouse: ClickHouse,
  model: Score,
  run: RunRow,
  entity: string,
  settings: unknown,
): Promise<Remark[]> {
  const { remarks } = model.explain ?? {};
  if (remarks === undefined || settings === undefined) return [];
  const { sql, params } = remarks;
  const inputs = JSON.parse(run.inputs) as Readonly<Record<string, BoundInput>>;
  const runs = Object.entries(inputs).flatMap(([name, input]) =>
    input.kind === 'run' ? [[name, input.run_id ?? '']] : [],
  );
  return clickhouse.query<Remark>(modelSql(model, sql), {
    ...Object.fromEntries(runs),
    ...params(settings),
    run_id: run.run_id,
    entity,
  });
}

async function changesSince(clickhouse: ClickHouse, run: RunRow, settings: unknown): Promise<SettingChange[]> {
  if (run.previous_run_id === '') return [];
  const previous = await findRun(clickhouse, run.model, run.previous_run_id);
  if (previous.settings_hash === run.settings_hash) return [];
  const before = await settingsOf(clickhouse, run.model, previous.settings_hash);
  return before === undefined ? [] : settingChanges(before, settings);
}

const isoOf = (text: string): string => new Date(text).toISOString().replace('.000Z', 'Z');

/** A published run, by id or the current one of a model. */
export async function findRun(clickhouse: ClickHouse, model: string, runId = ''): Promise<RunRow> {
  const run = await clickhouse.queryOne<RunRow>(RUN, { model, run_id: runId });
  if (run !== undefined) return run;
  if (runId === '') {
    throw new MillraceError(`${model} has not run yet`, {
      code: 'RUN_UNKNOWN',
      actor: 'operator',
      advice: `Run it: npx millrace run ${model}`,
    });
  }
  const newest = await clickhouse.query<{ readonly run_id: string }>(NEWEST_RUNS, { model });
  throw unknownName({
    kind: `published run of ${model}`,
    typed: runId,
    known: newest.map(({ run_id }) => run_id),
    code: 'RUN_UNKNOWN',
    advice: `Run it: npx millrace run ${model}`,
  });
}

async function findPerson(clickhouse: ClickHouse, runId: string, entity: string): Promise<PersonRow | undefined> {
  const person = await clickhouse.queryOne<PersonRow>(PERSON, {
    run_id: runId,
    entity,
    email: emailKey(entity) ?? entity,
  });
  return person === undefined ? undefined : mostPointsFirst(person);
}

/** The row of the run before, under any name that the entity goes by now. */
async function findBefore(
  clickhouse: ClickHouse,
  { previous_run_id: runId }: RunRow,
  { entity_id: entity, previous_score: score }: PersonRow,
  names: readonly string[],
): Promise<PersonRow | undefined> {
  if (runId === '') return undefined;
  const row = await clickhouse.queryOne<PersonRow>(BEFORE, { run_id: runId, entity, names, score });
  return row === undefined ? undefined : mostPointsFirst(row);
}

const mostPointsFirst = (row: PersonRow): PersonRow => ({
  ...row,
  contributions: [...row.contributions].sort((a, b) => b.points - a.points),
});

const valuesOf = ({ values }: PersonRow): Readonly<Record<string, unknown>> =>
  JSON.parse(values) as Readonly<Record<string, unknown>>;
