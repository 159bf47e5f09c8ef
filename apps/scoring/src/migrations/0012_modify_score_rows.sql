-- What is one model's alone lives in that model's tables from now on; the columns of before stay for the runs of before.
alter table {{database}}.score_rows {{on_cluster}}
  add column if not exists values String default '{}' comment 'The fields that the model publishes, as JSON in the order of their names';

alter table {{database}}.score_rows {{on_cluster}}
  add column if not exists contributions_until Date default today() + 35 comment 'The contributions are kept until then: 35 days, and the last run of a month as long as its scores';

alter table {{database}}.score_rows {{on_cluster}}
  modify column score Nullable(UInt8) comment '0 to 100, the sum of the contributions; null: the model gives this entity no score';

alter table {{database}}.score_rows {{on_cluster}}
  modify column contributions Array(Tuple(
    component LowCardinality(String),
    signal_class LowCardinality(String),
    day Nullable(Date),
    points Int32,
    count UInt32,
    weight Float64,
    age_days Nullable(UInt32),
    signal_ids Array(String)
  )) comment 'What the score is the sum of' ttl contributions_until;

alter table {{database}}.score_rows {{on_cluster}}
  add column if not exists written_on Date default today() comment 'Rows are kept for 400 days after it';

alter table {{database}}.score_rows {{on_cluster}}
  modify ttl written_on + interval 400 day;

alter table {{database}}.score_run_records {{on_cluster}}
  add column if not exists purpose LowCardinality(String) default 'publish' comment 'publish: the run was proposed to the log' after log_offset;

alter table {{database}}.score_run_records {{on_cluster}}
  add column if not exists inputs String default '{}' comment 'What the run read, by the name of the model''s input, as JSON' after purpose;

alter table {{database}}.score_run_records {{on_cluster}}
  add column if not exists fields Array(String) comment 'What the run publishes of each entity' after inputs;

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

-- Grain: model.
create view if not exists {{database}}.current_runs {{on_cluster}}
(
  model LowCardinality(String) comment 'Model',
  run_id String comment 'The run whose rows are current'
)
as
select model, argMax(run_id, (as_of, log_offset)) as run_id
from {{database}}.score_run_records final
where log_offset is not null
group by model
comment 'The newest published run of each model';

-- Grain: run x entity, complete runs only.
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
where run_id in (select run_id from {{database}}.score_run_records)
comment 'Scores of every run';

-- Grain: model x entity.
create or replace view {{database}}.scores {{on_cluster}}
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
where run_id in (
  select argMax(run_id, (as_of, log_offset))
  from {{database}}.score_run_records final
  where log_offset is not null
  group by model
)
comment 'Current scores: the newest published run of each model';

-- Grain: one entity of the run named, decided or not.
create view if not exists {{database}}.score_rows_of {{on_cluster}}
as
select
  entity_kind, entity_id, chunk, account_id, email, score, previous_score, grade, stage, previous_stage, score_reasons, tier,
  created_at, do_not_sync, is_unsubscribed, values, contributions
from {{database}}.score_rows final
where run_id = {run_id: String}
comment 'Rows of a run as other models read them: score_rows_of(run_id = ...)';

-- Grain: one person of the run named.
create view if not exists {{database}}.score_latches_of {{on_cluster}}
as
select
  entity_id, assumeNotNull(score) as score, stage, as_of_date as known_since, is_engaged, engaged_low_runs, engaged_low_since,
  is_mql, mql_low_runs, mql_low_since
from {{database}}.score_rows final
where run_id = {run_id: String} and values = '{}'
comment 'Latches of a run of before, when they stood in score_rows: score_latches_of(run_id = ...)';
