import { randomUUID } from 'node:crypto';

import type { Query, RowsStep, RunParams, Score, SqlStep } from '@millrace/catalog-models';
import { MillraceError } from '@millrace/platform-errors';
import { loadSql, type ClickHouse, type QueryParams } from '@millrace/platform-clickhouse';

import { insertSelect } from './insert-select';

/** What a run must write. */
export interface ChunkPlan {
  /** Null: the model does not say, and is one chunk. */
  readonly entities: number | null;
  readonly chunks: number;
  /** Chunks that an earlier attempt at the same run wrote whole. */
  readonly finished: ReadonlySet<number>;
}

export interface RunCheck {
  readonly row_count: number;
  readonly checksum: string;
}

export interface AttemptDeps {
  readonly clickhouse: ClickHouse;
  readonly model: Score;
  readonly settings: object;
  readonly run: RunParams;
  readonly runId: string;
  /** The run's own parameters and its inputs. */
  readonly params: QueryParams;
}

type Step = SqlStep | RowsStep;

/** The statements of one attempt at a run. Staging rows carry the attempt and go with `drop`. */
export class RunAttempt {
  readonly attemptId = randomUUID();
  private readonly params: QueryParams;

  constructor(private readonly deps: AttemptDeps) {
    this.params = { ...deps.params, run_id: deps.runId, attempt_id: this.attemptId };
  }

  async stage(): Promise<void> {
    for (const step of this.deps.model.stage ?? []) await this.execute(step, {});
  }

  async planChunks(): Promise<ChunkPlan> {
    const { clickhouse, model } = this.deps;
    if (model.chunks === undefined) return { entities: null, chunks: 1, finished: new Set() };
    const wanted = await clickhouse.query<{ chunk: number; entities: number }>(
      loadSql(model.folder, model.chunks),
      this.params,
    );
    const written = await clickhouse.query<{ chunk: number; entities: number }>(
      `select chunk, uniqExact(${model.rows.key.join(', ')}) as entities from ${model.rows.table} where run_id = {run_id: String} group by chunk`,
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
    const range = { first_chunk: first, end_chunk: end };
    for (const step of this.deps.model.score) await this.execute(step, range);
  }

  /** Throws MODEL_FAILED when a check of the model finds a row. */
  async check(): Promise<RunCheck> {
    const { clickhouse, model, runId } = this.deps;
    for (const [problem, sql] of Object.entries(model.checks ?? {})) {
      const found = await clickhouse.query(loadSql(model.folder, sql), this.params);
      if (found.length === 0) continue;
      throw new MillraceError(`Run ${runId} has ${problem}`, { code: 'MODEL_FAILED', details: { runId, found } });
    }
    const check = await clickhouse.queryOne<RunCheck>(
      `select
        count() as row_count,
        concat(hex(sum(row_hash)), '-', hex(groupBitXor(row_hash)), '-', toString(count())) as checksum
      from (
        select cityHash64(formatRow('RowBinary', * except (run_id, chunk, contributions_until, written_on))) as row_hash
        from ${model.rows.table} final
        where run_id = {run_id: String}
      )`,
      this.params,
    );
    return check ?? { row_count: 0, checksum: '' };
  }

  async drop(): Promise<void> {
    const { clickhouse, model } = this.deps;
    const tables = [...(model.stage ?? []), ...model.score].map(({ into }) => into);
    const staging = await clickhouse.query<{ readonly name: string }>(
      `select name
      from system.tables
      where database = currentDatabase() and partition_key = 'attempt_id' and name in {tables: Array(String)}`,
      { tables },
    );
    for (const { name } of staging) {
      await clickhouse.command(`alter table ${name} drop partition '${this.attemptId}'`);
    }
  }

  private async execute(step: Step, more: QueryParams): Promise<void> {
    const { clickhouse, model, settings, run } = this.deps;
    if ('sql' in step) {
      const params = { ...this.params, ...more, ...step.params?.(settings, run) };
      await insertSelect(clickhouse, step.into, loadSql(model.folder, step.sql), params);
      return;
    }
    const query: Query = (sql, params = {}) =>
      clickhouse.stream(loadSql(model.folder, sql), { ...this.params, ...more, ...params });
    await clickhouse.insertRows(step.into, tagged(step.rows(settings, run, query), { attempt_id: this.attemptId }));
  }
}

async function* tagged(rows: Iterable<object> | AsyncIterable<object>, tag: object): AsyncGenerator<object> {
  for await (const row of rows) yield { ...tag, ...row };
}
