-- Grain: one local day that a run reads, with the build it reads.
create table if not exists {{database}}.score_run_builds {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  day Date comment 'Local date',
  build_id UUID comment 'Build of the day that the run reads',
  touched_step UInt64 comment 'Newest seal step that changed the day, at or before the run''s'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by day
comment 'Days of runs in progress. Internal, dropped after the run';

-- Grain: (signal class, age).
create table if not exists {{database}}.score_run_weights {{on_cluster}}
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

-- Grain: one person of a run.
create table if not exists {{database}}.score_run_people {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  chunk UInt32 comment 'Chunk, ordered by tier, then created date',
  person_id String comment 'user_id, else e-mail',
  identities Array(Tuple(String, String)) comment 'Kinds and ids that are the person''s as of the run',
  email String comment 'E-mail, empty when unknown',
  account_id String comment 'Account, empty when unknown',
  tier LowCardinality(String) comment 'Tier',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the CRM',
  title Nullable(String) comment 'Job title',
  seniority LowCardinality(Nullable(String)) comment 'Seniority',
  lifecycle_stage LowCardinality(String) comment 'The CRM''s stage, lower case',
  consent LowCardinality(String) comment 'The CRM''s consent',
  do_not_sync Bool comment 'Never sent to a destination',
  industry LowCardinality(Nullable(String)) comment 'The account''s industry',
  employees Nullable(Int64) comment 'The account''s head count',
  country LowCardinality(Nullable(String)) comment 'The account''s country',
  plan LowCardinality(String) comment 'The account''s plan, lower case',
  email_domain String comment 'Registrable domain of the e-mail',
  account_domain String comment 'The account''s domain'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by (chunk, person_id)
comment 'People of runs in progress. Internal, dropped after the run';

-- Grain: one account of a run whose people are PQL.
create table if not exists {{database}}.score_run_accounts {{on_cluster}}
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
