import { fillPieces } from '@millrace/catalog-models';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { z } from 'zod';

const share = z.number().nullable();
const rated = { entities: z.number(), conversions: z.number(), rate: share, rate_low: share, rate_high: share };
const date = z.string().nullable();

const decile = z.object({
  decile: z.number(),
  lowest_score: z.number(),
  highest_score: z.number(),
  ...rated,
  lift: share,
  captured: share,
});
const ranking = z.object({
  ranking: z.enum(['score', 'recency']),
  as_of_date: date,
  auc: share,
  captured_10: share,
  captured_20: share,
  lift_10: share,
  lift_20: share,
});
const instantRow = z.object({ as_of_date: date, ...rated, converted_once: z.number(), left_out: z.number() });
const decision = z.object({ as_of_date: date, ...rated, recall: share });
const grade = z.object({ grade: z.string(), mean_score: z.number(), ...rated });
const threshold = z.object({ threshold: z.number(), ...rated, recall: share, f1: share, is_suggested: z.boolean() });

/** `as_of_date` is null where all instants that count are meant. `rate` is conversions / entities, with Wilson's interval of 95%. */
export interface Figures {
  readonly deciles: readonly z.output<typeof decile>[];
  readonly rankings: readonly z.output<typeof ranking>[];
  readonly instants: readonly z.output<typeof instantRow>[];
  /** Of those whom the model hands to sales: `rate` is the precision. */
  readonly decisions: readonly z.output<typeof decision>[];
  readonly grades: readonly z.output<typeof grade>[];
  readonly thresholds: readonly z.output<typeof threshold>[];
}

export interface FigureParams {
  readonly backtestId: string;
  /** Local dates of the instants that the figures over all count. */
  readonly pooled: readonly string[];
  readonly minPrecision: number | null;
}

/** All figures of a back-test, each counted in ClickHouse from its rows. */
export async function readBacktestFigures(clickhouse: ClickHouse, params: FigureParams): Promise<Figures> {
  const bound = { backtest_id: params.backtestId, pooled: params.pooled, min_precision: params.minPrecision };
  return {
    deciles: await clickhouse.query(backtestSql('deciles'), bound, decile),
    rankings: await clickhouse.query(backtestSql('rankings'), bound, ranking),
    instants: await clickhouse.query(backtestSql('instants'), bound, instantRow),
    decisions: await clickhouse.query(backtestSql('decisions'), bound, decision),
    grades: await clickhouse.query(backtestSql('grades'), bound, grade),
    thresholds: await clickhouse.query(backtestSql('thresholds'), bound, threshold),
  };
}

function backtestSql(name: string): string {
  const file = `sql/${name}.sql`;
  const load = (path: string): string => loadSql(__dirname, path);
  return fillPieces(
    { name: 'a back-test', folder: __dirname, fragments: { rate: 'sql/rate.sql' } },
    file,
    load(file),
    load,
  );
}
