import type { Score } from '@millrace/catalog-models';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

export interface Crossing {
  /** What the model publishes as a text, such as a stage or a band. */
  readonly field: string;
  readonly from_state: string;
  readonly to_state: string;
  readonly entities: number;
}

export interface Mover {
  readonly entity_id: string;
  readonly email: string;
  readonly score_before: number;
  readonly score_after: number;
  /** 1 is the highest score. */
  readonly rank_before: number;
  readonly rank_after: number;
}

export interface Comparison {
  /** Of each field, every entity once. */
  readonly matrix: readonly Crossing[];
  /** Steps of 5 points; 0 stands alone. */
  readonly changes: readonly { readonly change_from: number; readonly entities: number }[];
  /** Tenths. */
  readonly distribution: readonly { readonly score_from: number; readonly before: number; readonly after: number }[];
  readonly movers: readonly Mover[];
}

/** What a run makes of the entities of another, published or not. `most`: movers. */
export async function compareRuns(
  clickhouse: ClickHouse,
  model: Score,
  runs: { readonly base: string; readonly tried: string },
  most: number,
): Promise<Comparison> {
  const params = { base_run_id: runs.base, run_id: runs.tried };
  const fields = Object.entries(model.publishes).flatMap(([field, type]) => (type === 'text' ? [field] : []));
  const sql = (name: string): string => loadSql(__dirname, `sql/${name}.sql`);
  return {
    matrix: fields.length === 0 ? [] : await clickhouse.query(sql('crossings'), { ...params, fields }),
    changes: await clickhouse.query(sql('changes'), params),
    distribution: await clickhouse.query(sql('distribution'), params),
    movers: await clickhouse.query(sql('movers'), { ...params, most }),
  };
}
