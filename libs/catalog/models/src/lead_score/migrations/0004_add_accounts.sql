-- What accounts give to all of their people is found once a run. What account_score and buying_committee need of a person is kept.

-- Grain: run x account.
create table if not exists {{database}}.lead_score_accounts {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  written_on Date default today() comment 'Rows are kept for 35 days after it',
  account_id String comment 'Account',
  domain String comment 'Registrable domain; empty when unknown',
  industry_micro Int64 comment 'Points of its industry, in micro-points',
  employees_micro Int64 comment 'Points of its head count, in micro-points',
  country_micro Int64 comment 'Points of its country, in micro-points',
  fit_micro Int64 comment 'Fit by these facts alone, within its limits, in micro-points',
  known_facts UInt8 comment 'How many of the three are known',
  lost_at Nullable(DateTime64(3, 'UTC')) comment 'When an opportunity was last lost; the epoch or null: never',
  opportunity_at Nullable(DateTime64(3, 'UTC')) comment 'When an opportunity last had another stage; the epoch or null: never',
  lost_on Nullable(Date) comment 'Local day of lost_at',
  lost_age Nullable(UInt32) comment 'Days from it to D',
  lost_decay_millionths Int64 comment 'What is left of the loss, in millionths',
  lost_signal_ids Array(String) comment 'Up to five of the signals of that day'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, account_id)
ttl written_on + interval 35 day
comment 'What accounts give to their people, by run; read lead_score_accounts_of instead';

-- Grain: one account of the run named.
create or replace view {{database}}.lead_score_accounts_of {{on_cluster}}
as
select * except (run_id, as_of_date, written_on)
from {{rows_of lead_score_accounts}}
comment 'What accounts give to their people: lead_score_accounts_of(run_id = ...)';

alter table {{database}}.lead_score_states {{on_cluster}}
  add column if not exists account_id String comment 'Account as of the run; empty when unknown',
  add column if not exists engagement_micro Int64 comment 'Points of engagement, in micro-points',
  add column if not exists fit_micro Int64 comment 'Fit after its limits, in micro-points',
  add column if not exists active_raw_micro Int64 comment 'Raw engagement of the last active_days, in micro-points',
  add column if not exists recent_raw_micro Int64 comment 'Raw engagement of the last momentum_days, in micro-points',
  add column if not exists before_raw_micro Int64 comment 'What the same was momentum_days before D',
  add column if not exists has_buying_signal Bool comment 'Has a signal of buying_classes in the last momentum_days';

alter table {{database}}.lead_score_scored {{on_cluster}}
  add column if not exists engagement_micro Int64 comment 'Points of engagement, in micro-points',
  add column if not exists fit_micro Int64 comment 'Fit after its limits, in micro-points',
  add column if not exists active_raw_micro Int64 comment 'Raw engagement of the last active_days, in micro-points',
  add column if not exists recent_raw_micro Int64 comment 'Raw engagement of the last momentum_days, in micro-points',
  add column if not exists before_raw_micro Int64 comment 'What the same was momentum_days before D',
  add column if not exists has_buying_signal Bool comment 'Has a signal of buying_classes in the last momentum_days';

-- Grain: one person of the run named. Runs before version 5 of lead_score have no rows.
create or replace view {{database}}.lead_score_people_of {{on_cluster}}
as
select
  entity_id, account_id, engagement_micro, fit_micro, active_raw_micro, recent_raw_micro, before_raw_micro, has_buying_signal
from {{rows_of lead_score_states}}
comment 'Parts of scores as models of accounts read them: lead_score_people_of(run_id = ...)';
