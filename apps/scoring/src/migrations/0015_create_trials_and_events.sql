-- Grain: one run that is not published.
create table if not exists {{database}}.trial_runs {{on_cluster}}
(
  run_id String comment 'The run',
  model LowCardinality(String) comment 'Model',
  model_version UInt32 comment 'Version of the model',
  purpose LowCardinality(String) comment 'what_if or backtest',
  settings_hash String comment 'Hash of the settings',
  input_hash String comment 'Hash of everything the run read',
  as_of DateTime64(3, 'UTC') comment 'The instant the run speaks about',
  as_of_date Date comment 'Local date D of the run',
  zone LowCardinality(String) comment 'Time zone of the dates',
  step UInt64 comment 'Seal step that the run read as of',
  is_partial Bool comment 'Some windows were missing',
  missing Array(String) comment 'Which: first and last window of each gap',
  entity_kind LowCardinality(String) comment 'person, account or conversion',
  row_count UInt64 comment 'Rows of the run',
  checksum String comment 'Sum, xor and count over the rows',
  event_count UInt64 comment 'Crossings of the run',
  events_checksum String comment 'Sum, xor and count over the crossings; empty when the model has none',
  previous_run_id String comment 'The run whose stages and scores this one continues; empty for a first run',
  inputs String comment 'What the run read, by the name of the model''s input, as JSON',
  fields Array(String) comment 'What the run would publish of each entity',
  notes Array(String) comment 'What the run left out and why',
  timings Map(String, UInt32) comment 'Milliseconds of each stage of the run',
  cpu_ms UInt32 comment 'CPU of this process during the run',
  started_at DateTime64(3, 'UTC') comment 'When the run started',
  finished_at DateTime64(3, 'UTC') comment 'When its rows were written',
  record String comment 'The whole record as JSON, as a published run has it in the log'
)
engine = {{engine ReplacingMergeTree(finished_at)}}
order by run_id
ttl toDateTime(finished_at) + interval 7 day
comment 'Runs that tried something out, kept 7 days; their rows stand in <table>_trial and are read by their run id';

-- Grain: one crossing of a run: an entity went over a threshold, or from one state to another.
create table if not exists {{database}}.score_events {{on_cluster}}
(
  run_id String comment 'The run',
  written_on Date default today() comment 'Rows are kept for 400 days after it',
  model LowCardinality(String) comment 'Model',
  entity_kind LowCardinality(String) comment 'person, account or conversion',
  entity_id String comment 'Whose crossing it is',
  event LowCardinality(String) comment 'What happened, such as stage_changed or threshold_crossed',
  event_id String comment 'The same crossing has the same id in every revision of its run',
  as_of DateTime64(3, 'UTC') comment 'The instant the run speaks about',
  as_of_date Date comment 'Local date D of the run',
  from_state LowCardinality(String) comment 'State before',
  to_state LowCardinality(String) comment 'State from this run on',
  value Nullable(Float64) comment 'The number that crossed, such as the score; null: none did'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, entity_kind, entity_id, event, event_id)
ttl written_on + interval 400 day
comment 'Crossings of every run; read score_crossings instead';

-- Grain: one crossing of the run named, published or not.
create or replace view {{database}}.score_events_of {{on_cluster}}
as
select model, entity_kind, entity_id, event, event_id, as_of, as_of_date, from_state, to_state, value
from {{rows_of score_events}}
comment 'Crossings of a run: score_events_of(run_id = ...)';

-- Grain: one crossing of the newest published run of an instant.
create or replace view {{database}}.score_crossings {{on_cluster}}
(
  run_id String comment 'The run',
  model LowCardinality(String) comment 'Model',
  entity_kind LowCardinality(String) comment 'person, account or conversion',
  entity_id String comment 'Whose crossing it is',
  event LowCardinality(String) comment 'What happened, such as stage_changed or threshold_crossed',
  event_id String comment 'The same crossing has the same id in every revision of its run',
  as_of DateTime64(3, 'UTC') comment 'The instant the run speaks about',
  as_of_date Date comment 'Local date D of the run',
  from_state LowCardinality(String) comment 'State before',
  to_state LowCardinality(String) comment 'State from this run on',
  value Nullable(Float64) comment 'The number that crossed, such as the score; null: none did'
)
as
select run_id, model, entity_kind, entity_id, event, event_id, as_of, as_of_date, from_state, to_state, value
from {{database}}.score_events final
where run_id in (
  select argMax(run_id, log_offset)
  from {{database}}.score_run_records final
  where log_offset is not null
  group by model, as_of
)
comment 'What crossed a threshold or changed its state, by the newest published run of each instant';

alter table {{database}}.score_run_records {{on_cluster}}
  add column if not exists event_count UInt64 comment 'Crossings of the run: its rows of score_events' after fields;

alter table {{database}}.score_run_records {{on_cluster}}
  add column if not exists events_checksum String comment 'Sum, xor and count over the crossings; empty when the model has none' after event_count;

-- Grain: one published run.
create or replace view {{database}}.score_runs {{on_cluster}}
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
  purpose LowCardinality(String) comment 'publish: the run was proposed to the log',
  inputs String comment 'What the run read, by the name of the model''s input, as JSON',
  fields Array(String) comment 'What the run publishes of each entity',
  event_count UInt64 comment 'Crossings of the run: its rows of score_events',
  events_checksum String comment 'Sum, xor and count over the crossings; empty when the model has none',
  is_newest_revision Bool comment 'No later revision of the same model and as_of was published',
  is_stale Bool comment 'A run that this one read or continues has been revised since'
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
  hasAny(
    arrayPushBack(
      arrayMap(input -> JSONExtractString(input.2, 'run_id'), JSONExtractKeysAndValuesRaw(runs.inputs)),
      runs.previous_run_id
    ),
    (select groupArray(run_id) from runs where run_id not in (select run_id from newest))
  ) and is_newest_revision as is_stale
from runs
comment 'Every published score run; is_stale: what it read or continues has been revised since';

-- Grain: run x entity, published runs only.
create or replace view {{database}}.score_history {{on_cluster}}
(
  run_id String comment 'The run',
  model LowCardinality(String) comment 'Model',
  as_of_date Date comment 'Local date D of the run; it looks at days before it',
  entity_kind LowCardinality(String) comment 'person or account',
  entity_id String comment 'person_id or account_id',
  account_id String comment 'The person''s account as of the run; empty when unknown',
  email String comment 'The person''s e-mail as of the run; empty when unknown',
  score Nullable(UInt8) comment '0 to 100, the sum of the contributions; null: the model gives this entity no score',
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
  values String comment 'The fields that the model publishes, as JSON'
)
as
select
  run_id, model, as_of_date, entity_kind, entity_id, account_id, email, score, previous_score, grade, stage,
  previous_stage, score_reasons, tier, created_at, do_not_sync, is_unsubscribed, fit_points, values
from {{database}}.score_rows final
where run_id in (select run_id from {{database}}.score_run_records final where log_offset is not null)
comment 'Scores of every published run';

-- Grain: run x entity x (component, class, day). Zero points are left out; intent is not built yet and counts 0.
create or replace view {{database}}.score_contributions {{on_cluster}}
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
where run_id in (select run_id from {{database}}.score_run_records final where log_offset is not null)
comment 'Why each score is what it is: points sum exactly to the score of the entity in the run';

-- Grain: one entity of the run named, published or not.
create or replace view {{database}}.score_rows_of {{on_cluster}}
as
select
  entity_kind, entity_id, chunk, account_id, email, score, previous_score, grade, stage, previous_stage, score_reasons, tier,
  created_at, do_not_sync, is_unsubscribed, values, contributions
from {{rows_of score_rows}}
comment 'Rows of a run as other models read them: score_rows_of(run_id = ...)';
