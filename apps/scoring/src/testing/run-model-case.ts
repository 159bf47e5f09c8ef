import { randomUUID } from 'node:crypto';

import { findModel, parseModelSettings, tablesOf, type Input, type Rollup, type Score } from '@millrace/catalog-models';
import type { ModelCase } from '@millrace/catalog-models/testing';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import { RunAttempt, type RowsCheck } from '../runs/run-attempt';

const ZONE = 'UTC';

export interface CaseRun {
  readonly runId: string;
  /** What the model says that it must write; null: it does not say. */
  readonly entities: number | null;
  readonly check: RowsCheck;
}

/** One case of a score model, given to run as often as one likes: without log and record. */
export interface GivenCase {
  run(options?: { readonly isTrial?: boolean }): Promise<CaseRun>;
}

/** Writes what a case is given where the models that it reads have their rows. */
export async function giveCase(clickhouse: ClickHouse, model: Score, given: ModelCase): Promise<GivenCase> {
  const settings = parseModelSettings(model, given.settings ?? {}, given.name).settings as object;
  const inputs: Readonly<Record<string, Input>> = model.inputs(settings);
  const strangers = Object.keys(given.given).filter((name) => inputs[name] === undefined);
  if (strangers.length > 0) throw new Error(`${model.name} has no input ${strangers.join(', ')}`);
  const params: Record<string, unknown> = {};
  for (const [name, input] of Object.entries(inputs)) {
    params[name] = await give(clickhouse, input, given.given[name] ?? [], given.asOfDate);
  }
  return {
    async run({ isTrial = false } = {}) {
      const runId = `case-${randomUUID()}`;
      const attempt = new RunAttempt({
        clickhouse,
        model,
        settings,
        run: { asOfDate: given.asOfDate, zone: ZONE },
        runId,
        isTrial,
        params: {
          ...params,
          as_of: new Date(`${given.asOfDate}T02:00:00Z`),
          as_of_date: given.asOfDate,
          zone: ZONE,
          chunk_size: 10_000,
          is_scheduled: true,
          contributions_until: '2100-01-01',
        },
      });
      await attempt.stage();
      const { chunks, entities } = await attempt.planChunks();
      for (let chunk = 0; chunk < chunks; chunk += 1) await attempt.score(chunk, chunk + 1);
      const { rows: check } = await attempt.check();
      await attempt.drop();
      return { runId, entities, check };
    },
  };
}

/** Writes the rows of one input; gives what a run binds for it. */
async function give(
  clickhouse: ClickHouse,
  input: Input,
  given: ModelCase['given'][string],
  asOfDate: string,
): Promise<unknown> {
  if (input.from === 'days') {
    const rows = given as readonly Readonly<Record<string, unknown>>[];
    const { build } = findModel(input.model) as Rollup;
    const buildId = randomUUID();
    for (const { into } of build) {
      await clickhouse.insertRows(
        into,
        rows.map((row) => ({ zone: ZONE, build_id: buildId, ...row })),
      );
    }
    return [...new Set(rows.map(({ day }) => day))].map((day) => [day, buildId]);
  }
  if (input.from === 'run') {
    if (Array.isArray(given) && given.length === 0) return '';
    const runId = `given-${randomUUID()}`;
    const model = findModel(input.model) as Score;
    const tables = Array.isArray(given) ? { [model.rows.table]: given } : given;
    for (const [table, rows] of Object.entries(tables)) {
      if (!tablesOf(model).includes(table)) throw new Error(`${model.name} fills no table ${table}`);
      await clickhouse.insertRows(
        table,
        (rows as readonly object[]).map((row) => ({ run_id: runId, as_of_date: asOfDate, ...row })),
      );
    }
    return runId;
  }
  throw new Error(`a case cannot give ${input.from}: test what reads it with a spec of its own in apps/scoring`);
}
