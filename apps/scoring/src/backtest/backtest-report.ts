import type { Outcome, Score } from '@millrace/catalog-models';

import type { Figures } from './figures';

export interface BacktestRequest {
  readonly model: Score;
  readonly outcome: Outcome;
  readonly outcomeOf: 'person' | 'account';
  readonly horizonDays: number;
  /** Epoch milliseconds, in order, at least one. */
  readonly instants: readonly number[];
  /** Outcomes before this instant, the start of a local day, may be known. */
  readonly toldThrough: number;
  readonly threshold: number | null;
  readonly minPrecision: number | null;
  readonly isConvertedIncluded: boolean;
  readonly settingsFolder: string;
}

export interface BacktestReport extends Figures {
  readonly backtest_id: string;
  readonly model: string;
  readonly model_version: number;
  readonly settings_hash: string;
  readonly outcome: string;
  readonly entity_kind: string;
  readonly outcome_of: string;
  readonly horizon_days: number;
  readonly zone: string;
  readonly runs: readonly { readonly as_of_date: string; readonly run_id: string; readonly is_complete: boolean }[];
  readonly told_through: string;
  /** Who is handed to sales, in words; null: the model does not say, and no threshold was given. */
  readonly qualified_as: string | null;
  readonly min_precision: number | null;
  readonly is_converted_included: boolean;
  readonly notes: readonly string[];
}
