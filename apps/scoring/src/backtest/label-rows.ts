import { basename, dirname, resolve } from 'node:path';

import { fillPieces, type Reading } from '@millrace/catalog-models';
import type { RunPublished } from '@millrace/contract-score';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

import { insertSelect } from '../runs/insert-select';
import { modelSql } from '../runs/model-sql';
import type { BoundReading } from './bind-readings';

/** Any: no row has it, the select was written for attempts. */
const NO_ATTEMPT = '00000000-0000-0000-0000-000000000000';

/** Writes when the outcome came, by each name of whom it is about. */
export async function writeOutcomes(clickhouse: ClickHouse, backtestId: string, bound: BoundReading): Promise<void> {
  const { reading, params } = bound;
  const select = `select {backtest_id: String} as backtest_id, * from (\n${modelSql(reading, reading.sql)}\n)`;
  await insertSelect(clickhouse, 'backtest_outcomes', select, {
    ...params,
    attempt_id: NO_ATTEMPT,
    backtest_id: backtestId,
  });
}

export interface LabelRequest {
  readonly backtestId: string;
  readonly run: RunPublished;
  readonly outcomeOf: 'person' | 'account';
  readonly horizonEnd: number;
  readonly isComplete: boolean;
  readonly isConvertedIncluded: boolean;
  /** Null: the model says itself whom it hands to sales. */
  readonly threshold: number | null;
  readonly qualified: { readonly field: string; readonly values: readonly string[] } | undefined;
}

/** Writes what each entity of a run scored, and what followed. The score is that of the run: nothing that is read here changes it. */
export async function labelRows(clickhouse: ClickHouse, request: LabelRequest, members: BoundReading): Promise<void> {
  const { run, qualified } = request;
  await insertSelect(clickhouse, 'backtest_rows', labelSql(members.reading), {
    ...members.params,
    backtest_id: request.backtestId,
    run_id: run.run_id,
    as_of: new Date(run.as_of),
    horizon_end: new Date(request.horizonEnd),
    entity_kind: run.entity_kind,
    outcome_of: request.outcomeOf,
    threshold: request.threshold,
    qualified_field: qualified?.field ?? '',
    qualified_values: qualified?.values ?? [],
    is_complete: request.isComplete,
    is_converted_included: request.isConvertedIncluded,
  });
}

function labelSql({ folder, sql }: Reading): string {
  const file = 'sql/label.sql';
  const load = (path: string): string => loadSql(dirname(path), basename(path));
  const fragments = { members: resolve(folder, sql) };
  return fillPieces({ name: 'a back-test', folder: __dirname, fragments }, file, loadSql(__dirname, file), load);
}
