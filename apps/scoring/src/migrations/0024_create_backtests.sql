-- What models said months ago, against what happened since. No view of scores shows it.

-- Grain: one back-test.
create table if not exists {{database}}.backtests {{on_cluster}}
(
  backtest_id String comment 'The back-test: the same question about the same data has the same id',
  model LowCardinality(String) comment 'Model whose scores are judged',
  model_version UInt32 comment 'Version of the model',
  settings_hash String comment 'Hash of the settings that scored',
  outcome LowCardinality(String) comment 'What is to happen after the score, such as opportunity_created',
  entity_kind LowCardinality(String) comment 'person or account: whose scores are judged',
  outcome_of LowCardinality(String) comment 'person or account: whose outcome counts, the person''s own or that of the person''s account',
  horizon_days UInt16 comment 'An outcome counts up to so many times 24 hours after the instant, the end included',
  zone LowCardinality(String) comment 'Time zone of the dates',
  as_of_dates Array(Date) comment 'Local dates of the instants that were scored, in order',
  run_ids Array(String) comment 'Run of the model as of each of them; its rows are kept 7 days',
  told_through DateTime64(3, 'UTC') comment 'Outcomes before this instant are known',
  entities UInt64 comment 'Scores that count: one entity as of one instant each',
  conversions UInt64 comment 'Those followed by the outcome within the horizon',
  score_auc Nullable(Float64) comment 'Chance that a score followed by the outcome is above one that is not, ties half; null: one of both kinds is missing',
  recency_auc Nullable(Float64) comment 'The same when days since the last activity rank, the fewest first',
  report String comment 'All figures as JSON, as millrace score backtest --json prints them',
  notes Array(String) comment 'What was left out or is weak, and why',
  made_at DateTime64(3, 'UTC') comment 'When it was made',
  written_on Date default today() comment 'Rows are kept for 400 days after it'
)
engine = {{engine ReplacingMergeTree(made_at)}}
order by backtest_id
ttl written_on + interval 400 day
comment 'Back-tests: how well the scores of past months told what happened next; read with final';

-- Grain: one entity as of one instant of a back-test.
create table if not exists {{database}}.backtest_rows {{on_cluster}}
(
  backtest_id String comment 'The back-test',
  as_of_date Date comment 'Local date D of the run',
  as_of DateTime64(3, 'UTC') comment 'The instant that the score speaks about',
  run_id String comment 'The run that was tried',
  entity_id String comment 'person_id or account_id as of the instant',
  score UInt8 comment '0 to 100',
  grade LowCardinality(String) comment 'Grade; empty when the model has none',
  is_qualified Bool comment 'In a stage or band for sales, as the model says, or at or above --threshold',
  recency_days Nullable(UInt32) comment 'Whole days from the last active day to D; null: not active in the days that are read',
  converted_at Nullable(DateTime64(3, 'UTC')) comment 'First outcome within the horizon; null: none',
  is_converted Bool comment 'The outcome came within the horizon',
  had_outcome Bool comment 'The outcome had come by the instant',
  is_complete Bool comment 'The horizon has passed, and what happened in it is known',
  is_counted Bool comment 'The figures of its instant count the row: the outcome had not come before, or --include-converted',
  written_on Date default today() comment 'Rows are kept for 7 days after it'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (backtest_id, as_of_date, entity_id)
ttl written_on + interval 7 day
comment 'Scores of back-tests and what followed each, kept 7 days; read with final';

-- Grain: one outcome by one name of whom it is about.
create table if not exists {{database}}.backtest_outcomes {{on_cluster}}
(
  backtest_id String comment 'The back-test',
  entity_kind LowCardinality(String) comment 'person or account',
  name_kind LowCardinality(String) comment 'user, email, external or anonymous of a person, account of an account',
  name String comment 'The name',
  converted_at DateTime64(3, 'UTC') comment 'Event time of the outcome',
  written_on Date default today() comment 'Rows are kept for 7 days after it'
)
engine = {{engine ReplacingMergeTree}}
order by (backtest_id, entity_kind, name_kind, name, converted_at)
ttl written_on + interval 7 day
comment 'Outcomes that back-tests count. Internal, kept 7 days';

-- Grain: one tenth of a back-test, the highest scores first.
create or replace view {{database}}.backtest_deciles {{on_cluster}}
(
  backtest_id String comment 'The back-test',
  model LowCardinality(String) comment 'Model whose scores are judged',
  outcome LowCardinality(String) comment 'What is to happen after the score',
  decile UInt8 comment '1: the highest scores. Who has one score is in one tenth, so tenths differ in size and may be missing',
  lowest_score UInt8 comment 'Lowest score of the tenth',
  highest_score UInt8 comment 'Highest score of the tenth',
  entities UInt64 comment 'Scores in it: one entity as of one instant each',
  conversions UInt64 comment 'Those followed by the outcome within the horizon',
  rate Float64 comment 'conversions / entities',
  rate_low Float64 comment 'Wilson interval of 95%, lower end',
  rate_high Float64 comment 'Wilson interval of 95%, upper end',
  lift Nullable(Float64) comment 'rate / rate of all; null: nobody converted',
  captured Nullable(Float64) comment 'Share of all conversions in this tenth and those above; null: nobody converted',
  made_at DateTime64(3, 'UTC') comment 'When the back-test was made'
)
as
select
  backtest_id,
  model,
  outcome,
  one.decile as decile,
  one.lowest_score as lowest_score,
  one.highest_score as highest_score,
  one.entities as entities,
  one.conversions as conversions,
  one.rate as rate,
  one.rate_low as rate_low,
  one.rate_high as rate_high,
  one.lift as lift,
  one.captured as captured,
  made_at
from {{database}}.backtests final
array join JSONExtract(
  report,
  'deciles',
  'Array(Tuple(decile UInt8, lowest_score UInt8, highest_score UInt8, entities UInt64, conversions UInt64, rate Float64, rate_low Float64, rate_high Float64, lift Nullable(Float64), captured Nullable(Float64)))'
) as one
comment 'Conversion by tenth of the scores, of every back-test';
