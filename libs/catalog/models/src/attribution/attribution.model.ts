import { defineScore, type RunParams, type Score } from '../model/define-model';
import { rfm } from '../rfm/rfm.model';
import { attributionSettings, type AttributionSettings, type MoneyRules } from './attribution.settings';
import { chainCredit } from './chain-credit';
import { periodsBefore } from './periods';

/** Days that a run may look back at to find whole conversions of the quarter before: a quarter, and what a month has passed of the next. */
const LONGEST_PERIOD_DAYS = 92 + 31;

const periods = ({ periods: lengths }: AttributionSettings, { asOfDate }: RunParams) => ({
  periods: periodsBefore(asOfDate, lengths),
});

type Attribution = Score<AttributionSettings, MoneyRules>;

export const attribution = defineScore<AttributionSettings, Attribution, MoneyRules>({
  name: 'attribution',
  version: 1,
  kind: 'score',
  entity: 'conversion',
  grain: 'period x unit x kind of conversion x rule x channel',
  description: 'Which channels the conversions of a month or quarter, and their value, are due to, by seven rules.',
  inputs: ({ look_back_days, opportunity_look_back_days }: AttributionSettings) => {
    // One day more: the look-back is in hours, and days may have 23.
    const back = LONGEST_PERIOD_DAYS + look_back_days + 1;
    return {
      sessions: { from: 'days', model: 'sessions', back },
      signals: { from: 'days', model: 'journey_signals', back: Math.max(back, opportunity_look_back_days) },
      people: { from: 'run', model: 'people_as_of', pick: 'same_instant', isRequired: true },
      accounts: { from: 'run', model: 'accounts_as_of', pick: 'same_instant', isRequired: true },
      // No SQL binds it: `explain` compares with it.
      previous: { from: 'run', model: 'attribution', pick: 'own_previous' },
    };
  },
  settings: attributionSettings,
  borrows: { base_currency: rfm, stages: rfm },
  folder: __dirname,
  stage: [
    { sql: 'sql/touches.sql', into: 'attribution_events' },
    {
      sql: 'sql/conversions.sql',
      into: 'attribution_events',
      params: ({ conversions, stages, base_currency, currency_digits }: AttributionSettings & MoneyRules) => ({
        conversions,
        won_stages: stages.won,
        lost_stages: stages.lost,
        base_currency,
        minor_units: 10 ** currency_digits,
      }),
    },
    {
      sql: 'sql/journeys.sql',
      into: 'attribution_journeys',
      params: (settings: AttributionSettings, run: RunParams) => ({
        ...periods(settings, run),
        conversions: settings.conversions,
        look_back_ms: settings.look_back_days * 86_400_000,
      }),
    },
    { sql: 'sql/paths.sql', into: 'attribution_paths_found' },
  ],
  score: [
    { sql: 'sql/totals.sql', into: 'attribution_total_rows', params: periods },
    {
      sql: 'sql/top-paths.sql',
      into: 'attribution_path_rows',
      params: ({ top_paths }: AttributionSettings) => ({ top_paths }),
    },
    {
      sql: 'sql/rule-credit.sql',
      into: 'attribution_credit_rows',
      params: ({ half_life_hours, position }: AttributionSettings) => ({
        half_life_ms: half_life_hours * 3_600_000,
        first_percent: position.first,
        last_percent: position.last,
      }),
    },
    { rows: chainCredit, into: 'attribution_credit_rows' },
    {
      sql: 'sql/score-rows.sql',
      into: 'score_rows',
      params: ({ currency_digits }: AttributionSettings) => ({ minor_units: 10 ** currency_digits, currency_digits }),
    },
  ],
  rows: { table: 'score_rows', key: ['entity_id'] },
  publishes: { credit: 'number', value: 'number' },
  checks: { 'credit that does not add up to the conversions and their value': 'sql/broken-sums.sql' },
});
