-- Grain: one publication of a model's settings.
create table if not exists {{database}}.settings_publications {{on_cluster}}
(
  model LowCardinality(String) comment 'Model that the settings are of',
  number UInt32 comment 'Counts the publications of the model from 0',
  log_offset UInt64 comment 'Offset in models.published.v1',
  hash String comment 'Hash of the settings',
  settings String comment 'Every setting of the model with its value, as JSON; what it borrows from other models is not among them',
  author LowCardinality(String) comment 'Who published them; file: scoring found a changed file; install: the defaults at the first start',
  note String comment 'Why',
  published_at DateTime64(3, 'UTC') comment 'When, by the clock of who published',
  counts_from DateTime64(3, 'UTC') comment 'Runs as of this instant and later use them'
)
engine = {{engine ReplacingMergeTree}}
order by (model, number)
comment 'Settings of models as they were published, the log models.published.v1 in rows';

alter table {{database}}.score_run_records {{on_cluster}}
  add column if not exists settings_offset Nullable(UInt64) comment 'Offset of the settings in models.published.v1; null: not known' after peak_bytes;

alter table {{database}}.trial_runs {{on_cluster}}
  add column if not exists settings_offset Nullable(UInt64) comment 'Offset of the settings in models.published.v1; null: they were not published' after peak_bytes;

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
  rows_read UInt64 comment 'Rows that ClickHouse read for the run; 0: not known, a note says why',
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
  clickhouse_cpu_ms UInt64 comment 'CPU of ClickHouse for the run''s statements, milliseconds',
  peak_bytes UInt64 comment 'Memory of the statement that needed most',
  settings_offset Nullable(UInt64) comment 'Offset of the settings in models.published.v1; null: not known',
  is_newest_revision Bool comment 'No later revision of the same model and as_of was published',
  is_stale Bool comment 'A run that this one read or continues has been revised since',
  settings_author String comment 'Who published the settings; empty: not known',
  settings_note String comment 'Why they were published'
)
as
with
  runs as (
    select * from {{database}}.score_run_records final where log_offset is not null
  ),

  newest as (
    select model, as_of, argMax(run_id, log_offset) as run_id from runs group by model, as_of
  ),

  publications as (
    select log_offset as published_offset, author, note from {{database}}.settings_publications final
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
  ) and is_newest_revision as is_stale,
  publications.author as settings_author,
  publications.note as settings_note
from runs
left join publications on publications.published_offset = ifNull(runs.settings_offset, 18446744073709551615)
settings join_use_nulls = 0
comment 'Every published score run; is_stale: what it read or continues has been revised since';

-- Grain: one entity of one of the runs named, published or not. Every model's score and reasons have columns of their own; so had grade
-- and stage before there were `values`.
create or replace view {{database}}.score_values_of {{on_cluster}}
as
with rows as (
  select model, entity_id, score, score_reasons, grade, stage, values
  from {{database}}.score_rows final
  where run_id in {run_ids: Array(String)}
  union all
  select model, entity_id, score, score_reasons, grade, stage, values
  from {{database}}.score_rows_trial final
  where run_id in {run_ids: Array(String)}
)
select
  model,
  entity_id,
  concat(
    '{"reasons":', toJSONString(score_reasons),
    ',"score":', ifNull(toString(score), 'null'),
    if(values = '{}', concat(',"grade":', toJSONString(grade), ',"stage":', toJSONString(stage), '}'), concat(',', substring(values, 2)))
  ) as values
from rows
comment 'What runs publish of each entity, as JSON: score_values_of(run_ids = [...])';

-- Grain: one run that is not published.
create or replace view {{database}}.tried_runs {{on_cluster}}
(
  run_id String comment 'The run',
  model LowCardinality(String) comment 'Model',
  purpose LowCardinality(String) comment 'what_if or backtest',
  settings_hash String comment 'Hash of the settings that it tried',
  as_of DateTime64(3, 'UTC') comment 'The instant the run speaks about',
  as_of_date Date comment 'Local date D of the run',
  row_count UInt64 comment 'Rows of the run',
  checksum String comment 'Sum, xor and count over the rows',
  finished_at DateTime64(3, 'UTC') comment 'When it was done; its rows are kept 7 days',
  record String comment 'Everything about the run, as JSON, as a published one has it in scores.published.v1'
)
as
select run_id, model, purpose, settings_hash, as_of, as_of_date, row_count, checksum, finished_at, record
from {{database}}.trial_runs final
comment 'Runs that were tried and not published, of the last days: score_comparison compares one with another run';

-- Grain: one entity of either of two runs, published or not.
create or replace view {{database}}.score_comparison {{on_cluster}}
(
  entity_kind LowCardinality(String) comment 'person, account or conversion',
  entity_id String comment 'Of either run',
  email String comment 'Normalised e-mail of a person; empty for others',
  is_before Bool comment 'Whether the base run has a row of it',
  is_after Bool comment 'Whether the other run has a row of it',
  score_before Nullable(UInt8) comment 'Score in the base run; null: none',
  score_after Nullable(UInt8) comment 'Score in the other run; null: none',
  rank_before Nullable(UInt64) comment 'Place in the base run, 1 is the highest score; equal scores share one',
  rank_after Nullable(UInt64) comment 'Place in the other run',
  values_before String comment 'Published fields of the base run as JSON; empty: it has no row',
  values_after String comment 'Published fields of the other run as JSON; empty: it has no row'
)
as
with
  rows as (
    select run_id, entity_kind, entity_id, email, score, values
    from {{database}}.score_rows final
    where run_id in ({base_run_id: String}, {run_id: String})
    union all
    select run_id, entity_kind, entity_id, email, score, values
    from {{database}}.score_rows_trial final
    where run_id in ({base_run_id: String}, {run_id: String})
  ),

  -- 1 is the highest score; entities with one score share a rank.
  ranked as (
    select *, if(score is null, null, rank() over (partition by run_id order by score desc nulls last)) as score_rank
    from rows
  )

select
  entity_kind,
  entity_id,
  max(ranked.email) as email,
  countIf(run_id = {base_run_id: String}) > 0 as is_before,
  countIf(run_id = {run_id: String}) > 0 as is_after,
  maxIf(ranked.score, run_id = {base_run_id: String}) as score_before,
  maxIf(ranked.score, run_id = {run_id: String}) as score_after,
  maxIf(score_rank, run_id = {base_run_id: String}) as rank_before,
  maxIf(score_rank, run_id = {run_id: String}) as rank_after,
  maxIf(ranked.values, run_id = {base_run_id: String}) as values_before,
  maxIf(ranked.values, run_id = {run_id: String}) as values_after
from ranked
group by entity_kind, entity_id
comment 'Two runs side by side, such as a what-if and the run that is live: score_comparison(base_run_id = ..., run_id = ...)'
