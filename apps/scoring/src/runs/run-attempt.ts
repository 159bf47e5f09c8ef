import { randomUUID } from 'node:crypto';

import {
  tablesOf,
  type Query,
  type RowsStep,
  type RunParams,
  type Score,
  type SqlStep,
} from '@millrace/catalog-models';
import { MillraceError } from '@millrace/platform-errors';
import type { ClickHouse, QueryParams } from '@millrace/platform-clickhouse';

import { findTargets, type Target } from './attempt-targets';
import { insertSelect } from './insert-select';
import { modelSql } from './model-sql';
import { EVENTS } from './trial-tables';

/** What a run must write. */
export interface ChunkPlan {
  /** Null: the model does not say, and is one chunk. */
  readonly entities: number | null;
  readonly chunks: number;
  /** Chunks that an earlier attempt at the same run wrote whole. */
  readonly finished: ReadonlySet<number>;
}

export interface RowsCheck {
  readonly count: number;
  readonly checksum: string;
}

export interface RunCheck {
  readonly rows: RowsCheck;
  /** Undefined: the model has no crossings. */
  readonly events: RowsCheck | undefined;
}

export interface AttemptDeps {
  readonly clickhouse: ClickHouse;
  readonly model: Score;
  readonly settings: object;
  readonly run: RunParams;
  readonly runId: string;
  /** The run's own parameters and its inputs. */
  readonly params: QueryParams;
  /** Rows go into the twins of the tables, where only readers of this very run find them. */
  readonly isTrial?: boolean;
}

type Step = SqlStep | RowsStep;

/** The statements of one attempt at a run. Staging rows carry the attempt and go with `drop`. */
export class RunAttempt {
  readonly attemptId = randomUUID();
  private readonly params: QueryParams;
  private found: Promise<ReadonlyMap<string, Target>> | undefined;

  constructor(private readonly deps: AttemptDeps) {
    this.params = { ...deps.params, run_id: deps.runId, attempt_id: this.attemptId };
  }

  async stage(): Promise<void> {
    for (const step of this.deps.model.stage ?? []) await this.execute(step, {});
  }

  async planChunks(): Promise<ChunkPlan> {
    const { clickhouse, model, isTrial = false } = this.deps;
    if (model.chunks === undefined) return { entities: null, chunks: 1, finished: new Set() };
    const wanted = await clickhouse.query<{ chunk: number; entities: number }>(
      modelSql(model, model.chunks),
      this.params,
    );
    const { name: table } = await this.target(model.rows.table);
    // What an earlier attempt at a trial wrote may expire before this one ends.
    const written = isTrial
      ? []
      : await clickhouse.query<{ chunk: number; entities: number }>(
          `select chunk, uniqExact(${model.rows.key.join(', ')}) as entities from ${table} where run_id = {run_id: String} group by chunk`,
          this.params,
        );
    const found = new Map(written.map(({ chunk, entities }) => [chunk, entities]));
    return {
      entities: wanted.reduce((sum, { entities }) => sum + entities, 0),
      chunks: wanted.reduce((most, { chunk }) => Math.max(most, chunk + 1), 0),
      finished: new Set(
        wanted.filter(({ chunk, entities }) => found.get(chunk) === entities).map(({ chunk }) => chunk),
      ),
    };
  }

  /** Chunks [first, end). Repeating it writes the same rows again. */
  async score(first: number, end: number): Promise<void> {
    const { score, events } = this.deps.model;
    const range = { first_chunk: first, end_chunk: end };
    for (const step of score.slice(0, -1)) await this.execute(step, range);
    if (events !== undefined) await this.execute({ ...events, into: EVENTS }, range);
    for (const step of score.slice(-1)) await this.execute(step, range);
  }

  /** Throws MODEL_FAILED when a check of the model finds a row. */
  async check(): Promise<RunCheck> {
    const { clickhouse, model, runId } = this.deps;
    for (const [problem, sql] of Object.entries(model.checks ?? {})) {
      const found = await clickhouse.query(modelSql(model, sql), this.params);
      if (found.length === 0) continue;
      throw new MillraceError(`Run ${runId} has ${problem}`, { code: 'MODEL_FAILED', details: { runId, found } });
    }
    return {
      rows: await this.checkRows(model.rows.table, ['run_id', 'chunk', 'contributions_until', 'written_on']),
      events: model.events === undefined ? undefined : await this.checkRows(EVENTS, ['run_id', 'written_on']),
    };
  }

  async drop(): Promise<void> {
    const targets = await this.targets();
    for (const { name, isStaging } of targets.values()) {
      if (isStaging) await this.deps.clickhouse.command(`alter table ${name} drop partition '${this.attemptId}'`);
    }
  }

  /** `without`: columns that are not content. */
  private async checkRows(table: string, without: readonly string[]): Promise<RowsCheck> {
    const { name } = await this.target(table);
    const check = await this.deps.clickhouse.queryOne<RowsCheck>(
      `select
        count() as count,
        concat(hex(sum(row_hash)), '-', hex(groupBitXor(row_hash)), '-', toString(count())) as checksum
      from (
        select cityHash64(formatRow('RowBinary', * except (${without.join(', ')}))) as row_hash
        from ${name} final
        where run_id = {run_id: String}
      )`,
      this.params,
    );
    return check ?? { count: 0, checksum: '' };
  }

  private targets(): Promise<ReadonlyMap<string, Target>> {
    const { clickhouse, model, isTrial = false } = this.deps;
    const tables = [...tablesOf(model), model.rows.table, EVENTS];
    return (this.found ??= findTargets(clickhouse, tables, isTrial));
  }

  /** Where rows for a table that the model names go. */
  private async target(table: string): Promise<Target> {
    const target = (await this.targets()).get(table);
    if (target !== undefined) return target;
    throw new MillraceError(
      `${this.deps.model.name} has no table ${table}${this.deps.isTrial ? ' to try things out' : ''}`,
      {
        code: 'MODEL_FAILED',
        actor: 'operator',
        advice: 'Make it: npx millrace deploy',
      },
    );
  }

  private async execute(step: Step, more: QueryParams): Promise<void> {
    const { clickhouse, model, settings, run } = this.deps;
    const { name, columns } = await this.target(step.into);
    if ('sql' in step) {
      const params = { ...this.params, ...more, ...step.params?.(settings, run) };
      await insertSelect(clickhouse, name, modelSql(model, step.sql), params);
      return;
    }
    const query: Query = (sql, params = {}) =>
      clickhouse.stream(modelSql(model, sql), { ...this.params, ...more, ...params });
    const tag = Object.entries({ ...this.params, model: model.name, entity_kind: model.entity });
    const added = Object.fromEntries(tag.filter(([column]) => ADDED.has(column) && columns.includes(column)));
    await clickhouse.insertRows(name, tagged(step.rows(settings, run, query), added));
  }
}

/** Columns that the engine fills in rows which TypeScript makes. */
const ADDED: ReadonlySet<string> = new Set([
  'attempt_id',
  'run_id',
  'as_of_date',
  'model',
  'entity_kind',
  'contributions_until',
]);

async function* tagged(rows: Iterable<object> | AsyncIterable<object>, tag: object): AsyncGenerator<object> {
  for await (const row of rows) yield { ...tag, ...row };
}
