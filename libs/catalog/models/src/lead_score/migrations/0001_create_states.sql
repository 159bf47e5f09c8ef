-- Grain: run x person.
create table if not exists {{database}}.lead_score_states {{on_cluster}}
(
  run_id String comment 'The run',
  entity_id String comment 'person_id',
  as_of_date Date comment 'Local date D of the run',
  score UInt8 comment '0 to 100',
  stage LowCardinality(String) comment 'none, engaged, mql or pql',
  grade LowCardinality(String) comment 'By fit: A, B, C, D, or ? when too few facts are known',
  fit_points Int32 comment 'Fit after its limits',
  engagement_raw_micro Int128 comment 'Raw engagement in micro-points',
  total_micro Int64 comment 'Sum before rounding and limits, in micro-points',
  known_since Date comment 'Date of the first run that scored the person, under any name',
  is_engaged Bool comment 'Latch of the stage engaged',
  engaged_low_runs UInt32 comment 'Scheduled runs in a row at or below its leave value',
  engaged_low_since Nullable(Date) comment 'Date of the first of them',
  is_mql Bool comment 'Latch of the stage mql',
  mql_low_runs UInt32 comment 'Scheduled runs in a row at or below its leave value',
  mql_low_since Nullable(Date) comment 'Date of the first of them',
  written_on Date default today() comment 'Rows are kept for 400 days after it'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, entity_id)
ttl written_on + interval 400 day
comment 'What the next run of lead_score continues. Internal';

-- Grain: one person of the run named. Runs before version 3 of lead_score kept the same in score_rows.
create view if not exists {{database}}.lead_score_states_of {{on_cluster}}
as
select
  entity_id, score, stage, known_since, is_engaged, engaged_low_runs, engaged_low_since, is_mql, mql_low_runs, mql_low_since
from {{database}}.lead_score_states final
where run_id = {run_id: String}
union all
select
  entity_id, score, stage, known_since, is_engaged, engaged_low_runs, engaged_low_since, is_mql, mql_low_runs, mql_low_since
from {{database}}.score_latches_of(run_id = {run_id: String})
comment 'States as the next run reads them: lead_score_states_of(run_id = ...)';

-- Grain: (signal class, age).
create table if not exists {{database}}.lead_score_weights {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  signal_class LowCardinality(String) comment 'Signal class',
  age UInt32 comment 'Days before the run''s date, from 1',
  weight_micro Int64 comment 'Points of one signal, in micro-points',
  daily_cap UInt32 comment 'Signals of a day that count',
  decay_millionths Int64 comment 'What is left at this age, in millionths'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by (signal_class, age)
comment 'Weights of runs in progress. Internal, dropped after the run';

-- Grain: one account of a run whose people are PQL.
create table if not exists {{database}}.lead_score_trials {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  account_id String comment 'Account',
  trial_started_on Date comment 'Local date of the newest trial start',
  activation_features UInt32 comment 'Different key features used'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by account_id
comment 'Accounts in an active trial, of runs in progress. Internal, dropped after the run';

-- Grain: one person of an attempt at a run.
create table if not exists {{database}}.lead_score_scored {{on_cluster}}
(
  run_id String comment 'The run',
  attempt_id UUID comment 'The attempt at a run',
  as_of_date Date comment 'Local date D of the run',
  entity_id String comment 'person_id',
  chunk UInt32 comment 'Chunk, ordered by tier, then created date',
  account_id String comment 'Account, empty when unknown',
  email String comment 'E-mail, empty when unknown',
  score UInt8 comment '0 to 100',
  previous_score Nullable(UInt8) comment 'Score in the run before',
  grade LowCardinality(String) comment 'By fit',
  stage LowCardinality(String) comment 'none, engaged, mql or pql',
  previous_stage LowCardinality(Nullable(String)) comment 'Stage in the run before',
  score_reasons Array(String) comment 'At most three plain sentences',
  tier LowCardinality(String) comment 'Tier',
  created_at Nullable(Int64) comment 'When the record was created, epoch milliseconds',
  do_not_sync Bool comment 'Never sent to a destination',
  is_unsubscribed Bool comment 'By the latest state of consent',
  fit_points Int32 comment 'Fit after its limits',
  engagement_raw_micro Int128 comment 'Raw engagement in micro-points',
  total_micro Int64 comment 'Sum before rounding and limits, in micro-points',
  known_since Date comment 'Date of the first run that scored the person, under any name',
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
engine = {{engine MergeTree}}
partition by attempt_id
order by (chunk, entity_id)
comment 'Scored people of runs in progress. Internal, dropped after the run';
