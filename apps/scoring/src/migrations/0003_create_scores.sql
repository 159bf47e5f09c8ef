-- Grain: run x entity. A run's rows are complete before the run is recorded.
create table if not exists {{database}}.score_rows {{on_cluster}}
(
  run_id String comment 'The run',
  model LowCardinality(String) comment 'Model',
  as_of_date Date comment 'Local date D of the run; it looks at days before it',
  entity_kind LowCardinality(String) comment 'person or account',
  entity_id String comment 'person_id or account_id',
  chunk UInt32 comment 'Chunk of at most 10,000 entities, ordered by tier, then created date',
  account_id String comment 'The person''s account as of the run; empty when unknown',
  email String comment 'The person''s e-mail as of the run; empty when unknown',
  score UInt8 comment '0 to 100, the sum of the contributions',
  previous_score Nullable(UInt8) comment 'Score in the run before; null when there was none',
  grade LowCardinality(String) comment 'By fit: A, B, C, D, or ? when too few facts are known',
  stage LowCardinality(String) comment 'none, engaged, mql or pql',
  previous_stage LowCardinality(Nullable(String)) comment 'Stage in the run before',
  score_reasons Array(String) comment 'At most three plain sentences',
  tier LowCardinality(String) comment 'The person''s tier, else the account''s, else none',
  created_at Nullable(Int64) comment 'When the CRM created the record, epoch milliseconds; null when it does not know it',
  do_not_sync Bool comment 'Never sent to a destination',
  is_unsubscribed Bool comment 'By the latest state of consent',
  fit_points Int32 comment 'Fit after its limits',
  engagement_raw_micro Int128 comment 'Raw engagement in micro-points',
  total_micro Int64 comment 'Sum before rounding and limits, in micro-points',
  is_engaged Bool comment 'Latch of the stage engaged',
  engaged_low_runs UInt32 comment 'Scheduled runs in a row at or below its leave value',
  engaged_low_since Nullable(Date) comment 'Date of the first of them',
  is_mql Bool comment 'Latch of the stage mql',
  mql_low_runs UInt32 comment 'Scheduled runs in a row at or below its leave value',
  mql_low_since Nullable(Date) comment 'Date of the first of them',
  contributions Array(Tuple(
    component LowCardinality(String),
    signal_class LowCardinality(String),
    day Nullable(Date),
    points Int32,
    count UInt32,
    weight Float64,
    age_days Nullable(UInt32),
    signal_ids Array(String)
  )) comment 'What the score is the sum of'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, entity_id)
comment 'Rows of every run; read scores (current), score_history and score_contributions instead';

-- Grain: one run; the row with a log offset replaces the one written before the decision.
create table if not exists {{database}}.score_run_records {{on_cluster}}
(
  run_id String comment 'The run',
  model LowCardinality(String) comment 'Model',
  model_version UInt32 comment 'Version of the model',
  settings_hash String comment 'Hash of the settings',
  input_hash String comment 'Hash of everything the run read',
  as_of DateTime64(3, 'UTC') comment 'The instant the run speaks about',
  as_of_date Date comment 'Local date D of the run',
  zone LowCardinality(String) comment 'Time zone of the dates',
  step UInt64 comment 'Seal step that the run read as of',
  revision UInt32 comment '1 for the first run of its (model, version, settings, as_of)',
  is_partial Bool comment 'Some windows were missing',
  missing Array(String) comment 'Which: first and last window of each gap',
  entity_kind LowCardinality(String) comment 'person or account',
  row_count UInt64 comment 'Rows of the run',
  checksum String comment 'Sum, xor and count over the rows',
  previous_run_id String comment 'The run whose stages and scores this one continues; empty for a first run',
  notes Array(String) comment 'What the run left out and why',
  timings Map(String, UInt32) comment 'Milliseconds of each stage of the run',
  rows_read UInt64 comment 'Rows that ClickHouse read for the run, 0 when it does not say',
  bytes_read UInt64 comment 'Bytes that ClickHouse read for the run',
  cpu_ms UInt32 comment 'CPU of this process during the run',
  started_at DateTime64(3, 'UTC') comment 'When the run started',
  published_at DateTime64(3, 'UTC') comment 'When its decision was proposed',
  log_offset Nullable(UInt64) comment 'Offset of its decision in scores.published.v1; null: not decided',
  version UInt64 comment 'Newest row wins'
)
engine = {{engine ReplacingMergeTree(version)}}
order by run_id
comment 'Score runs mirrored from scores.published.v1; the topic is the arbiter. Read the view score_runs';

-- Grain: one published run.
create view if not exists {{database}}.score_runs {{on_cluster}}
(
  run_id String comment 'The run',
  model LowCardinality(String) comment 'Model',
  model_version UInt32 comment 'Version of the model',
  settings_hash String comment 'Hash of the settings',
  input_hash String comment 'Hash of everything the run read',
  as_of DateTime64(3, 'UTC') comment 'The instant the run speaks about',
  as_of_date Date comment 'Local date D of the run',
  zone LowCardinality(String) comment 'Time zone of the dates',
  step UInt64 comment 'Seal step that the run read as of',
  revision UInt32 comment '1 for the first run of its (model, version, settings, as_of)',
  is_partial Bool comment 'Some windows were missing',
  missing Array(String) comment 'Which: first and last window of each gap',
  entity_kind LowCardinality(String) comment 'person or account',
  row_count UInt64 comment 'Rows of the run',
  checksum String comment 'Sum, xor and count over the rows',
  previous_run_id String comment 'The run whose stages and scores this one continues; empty for a first run',
  notes Array(String) comment 'What the run left out and why',
  timings Map(String, UInt32) comment 'Milliseconds of each stage of the run',
  rows_read UInt64 comment 'Rows that ClickHouse read for the run, 0 when it does not say',
  bytes_read UInt64 comment 'Bytes that ClickHouse read for the run',
  cpu_ms UInt32 comment 'CPU of this process during the run',
  started_at DateTime64(3, 'UTC') comment 'When the run started',
  published_at DateTime64(3, 'UTC') comment 'When its decision was proposed',
  log_offset Nullable(UInt64) comment 'Offset of its decision in scores.published.v1; null: not decided',
  is_newest_revision Bool comment 'No later revision of the same model and as_of was published',
  is_stale Bool comment 'The run that this one continues has been revised since'
)
as
with
  runs as (
    select * from {{database}}.score_run_records final where log_offset is not null
  ),

  newest as (
    select model, as_of, argMax(run_id, log_offset) as run_id from runs group by model, as_of
  )

select
  runs.* except version,
  runs.run_id in (select run_id from newest) as is_newest_revision,
  runs.previous_run_id != '' and runs.previous_run_id not in (select run_id from newest) as is_stale
from runs
comment 'Every published score run; is_stale: the run before it has been revised since';

-- Grain: run x entity, complete runs only.
create view if not exists {{database}}.score_history {{on_cluster}}
(
  run_id String comment 'The run',
  model LowCardinality(String) comment 'Model',
  as_of_date Date comment 'Local date D of the run; it looks at days before it',
  entity_kind LowCardinality(String) comment 'person or account',
  entity_id String comment 'person_id or account_id',
  account_id String comment 'The person''s account as of the run; empty when unknown',
  email String comment 'The person''s e-mail as of the run; empty when unknown',
  score UInt8 comment '0 to 100, the sum of the contributions',
  previous_score Nullable(UInt8) comment 'Score in the run before; null when there was none',
  grade LowCardinality(String) comment 'By fit: A, B, C, D, or ? when too few facts are known',
  stage LowCardinality(String) comment 'none, engaged, mql or pql',
  previous_stage LowCardinality(Nullable(String)) comment 'Stage in the run before',
  score_reasons Array(String) comment 'At most three plain sentences',
  tier LowCardinality(String) comment 'The person''s tier, else the account''s, else none',
  created_at Nullable(Int64) comment 'When the CRM created the record, epoch milliseconds; null when it does not know it',
  do_not_sync Bool comment 'Never sent to a destination',
  is_unsubscribed Bool comment 'By the latest state of consent',
  fit_points Int32 comment 'Fit after its limits'
)
as
select
  run_id, model, as_of_date, entity_kind, entity_id, account_id, email, score, previous_score, grade, stage,
  previous_stage, score_reasons, tier, created_at, do_not_sync, is_unsubscribed, fit_points
from {{database}}.score_rows final
where run_id in (select run_id from {{database}}.score_run_records)
comment 'Scores of every run';

-- Grain: model x entity.
create view if not exists {{database}}.scores {{on_cluster}}
(
  run_id String comment 'The run',
  model LowCardinality(String) comment 'Model',
  as_of_date Date comment 'Local date D of the run; it looks at days before it',
  entity_kind LowCardinality(String) comment 'person or account',
  entity_id String comment 'person_id or account_id',
  account_id String comment 'The person''s account as of the run; empty when unknown',
  email String comment 'The person''s e-mail as of the run; empty when unknown',
  score UInt8 comment '0 to 100, the sum of the contributions',
  previous_score Nullable(UInt8) comment 'Score in the run before; null when there was none',
  grade LowCardinality(String) comment 'By fit: A, B, C, D, or ? when too few facts are known',
  stage LowCardinality(String) comment 'none, engaged, mql or pql',
  previous_stage LowCardinality(Nullable(String)) comment 'Stage in the run before',
  score_reasons Array(String) comment 'At most three plain sentences',
  tier LowCardinality(String) comment 'The person''s tier, else the account''s, else none',
  created_at Nullable(Int64) comment 'When the CRM created the record, epoch milliseconds; null when it does not know it',
  do_not_sync Bool comment 'Never sent to a destination',
  is_unsubscribed Bool comment 'By the latest state of consent',
  fit_points Int32 comment 'Fit after its limits'
)
as
select
  run_id, model, as_of_date, entity_kind, entity_id, account_id, email, score, previous_score, grade, stage,
  previous_stage, score_reasons, tier, created_at, do_not_sync, is_unsubscribed, fit_points
from {{database}}.score_rows final
where run_id in (
  select argMax(run_id, (as_of, log_offset))
  from {{database}}.score_run_records final
  where log_offset is not null
  group by model
)
comment 'Current scores: the newest published run of each model';

-- Grain: run x entity x (component, class, day). Zero points are left out; the parts rfm and intent are not built yet and count 0.
create view if not exists {{database}}.score_contributions {{on_cluster}}
(
  run_id String comment 'The run',
  model LowCardinality(String) comment 'Model',
  as_of_date Date comment 'Local date D of the run; it looks at days before it',
  entity_id String comment 'person_id or account_id',
  component LowCardinality(String) comment 'engagement, fit, negative, rfm, intent or limit',
  signal_class LowCardinality(String) comment 'Signal class, or the fact of the component',
  day Nullable(Date) comment 'Local day of the signals; null where no day is meant',
  points Int32 comment 'Whole points; they sum exactly to the score',
  count UInt32 comment 'Signals that count',
  weight Float64 comment 'Weight of one of them',
  age_days Nullable(UInt32) comment 'Days between the day and D',
  signal_ids Array(String) comment 'Up to five of the signals'
)
as
select
  run_id,
  model,
  as_of_date,
  entity_id,
  contribution.component as component,
  contribution.signal_class as signal_class,
  contribution.day as day,
  contribution.points as points,
  contribution.count as count,
  contribution.weight as weight,
  contribution.age_days as age_days,
  contribution.signal_ids as signal_ids
from {{database}}.score_rows final
array join contributions as contribution
where run_id in (select run_id from {{database}}.score_run_records)
comment 'Why each score is what it is: points sum exactly to the score of the entity in the run';
