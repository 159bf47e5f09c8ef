-- Grain: attempt x account.
create table if not exists {{database}}.account_health_measures {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  account_id String comment 'Account',
  segment String comment 'Plan and size',
  usage Array(UInt64) comment 'Uses of the week, first, and of the 12 before it, the newest first',
  weeks_known UInt8 comment 'Weeks before the one scored, from that of the first use, at most 12',
  now_nano Int64 comment 'sqrt(uses + 3/8) of the week, in nano-units',
  median_nano Int64 comment 'Median of the same over the weeks before',
  spread_nano Int64 comment '1.4826 x median distance from the median',
  dispersion_nano Int64 comment 'By how much the weeks vary beyond chance: (4 x spread squared - 1) / mean, not below 0',
  active UInt64 comment 'Different people who used the product in the week',
  licensed Nullable(Int64) comment 'Licensed seats',
  tickets UInt64 comment 'Tickets opened in the week',
  tickets_of_4_weeks UInt64 comment 'Tickets opened in the 4 weeks that end with it',
  tickets_of_8_before UInt64 comment 'Tickets opened in the 8 weeks before those',
  urgent_open UInt64 comment 'Urgent tickets that are open at its end',
  payment LowCardinality(String) comment 'paid, unpaid, failed and paid, or not known',
  failed_days Nullable(UInt32) comment 'Days from the first payment that is not paid, else the last that failed, to the end of the week',
  contact_days Nullable(UInt32) comment 'Days from the last contact in both directions to the end of the week'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by account_id
comment 'What accounts did, in runs in progress. Internal, dropped after the run';

-- Grain: attempt x account with 4 known weeks.
create table if not exists {{database}}.account_health_deviations {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  account_id String comment 'Account',
  compared_with String comment 'The segment, or all when it is too small',
  compared_accounts UInt32 comment 'Accounts of it with 4 known weeks',
  scale_nano Int64 comment 'One deviation, in nano-units',
  deviation_micro Int64 comment 'Deviations from what is usual, in millionths'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by account_id
comment 'How far accounts are from what is usual, in runs in progress. Internal, dropped after the run';

-- Grain: run x account.
create table if not exists {{database}}.account_health_rows {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  written_on Date default today() comment 'Rows are kept for 400 days after it',
  week Date comment 'Monday of the week scored',
  account_id String comment 'Account',
  score Nullable(UInt8) comment 'Health, 0 to 100; null: no part with a weight is known',
  previous_score Nullable(UInt8) comment 'Health in the run before',
  has_before Bool comment 'The run before had the account',
  band LowCardinality(String) comment 'green, yellow or red; none: too little is known, or onboarding',
  previous_band LowCardinality(Nullable(String)) comment 'Band in the run before',
  last_band LowCardinality(String) comment 'The band, else the last one that it had; none: never any',
  previous_last_band LowCardinality(String) comment 'The same in the run before',
  is_at_risk Bool comment 'At least one of risks',
  was_at_risk Bool comment 'At risk in the run before',
  risks Array(LowCardinality(String)) comment 'usage: far below what is usual; red: the band; payment: failed and not paid for too long',
  coverage UInt8 comment 'Percent of the weights of which the part is known',
  is_onboarding Bool comment 'Less than 4 weeks are known: no band, no risk',
  weeks_known UInt8 comment 'Weeks before the one scored, from that of the first use, at most 12',
  usage Array(UInt64) comment 'Uses of the week, first, and of the 12 before it, the newest first',
  segment String comment 'Plan and size',
  compared_with String comment 'The segment, or all when it is too small; empty: nothing to compare',
  compared_accounts Nullable(UInt32) comment 'Accounts of it with 4 known weeks',
  median_nano Int64 comment 'Median of sqrt(uses + 3/8) over the weeks before, in nano-units',
  scale_nano Nullable(Int64) comment 'One deviation, in nano-units',
  segment_micro Nullable(Int64) comment 'Median deviation of the week among those compared with, in millionths',
  z_micro Nullable(Int64) comment 'Deviations from what is usual, less that of the segment, in millionths',
  weeks_before UInt8 comment 'Weeks of the trend before its last 4, at most 8',
  recent_uses UInt64 comment 'Uses of the last 4 weeks',
  uses_before UInt64 comment 'Uses of the weeks before those',
  active UInt64 comment 'Different people who used the product in the week',
  licensed Nullable(Int64) comment 'Licensed seats',
  tickets UInt64 comment 'Tickets opened in the week',
  tickets_of_4_weeks UInt64 comment 'Tickets opened in the 4 weeks that end with it',
  tickets_of_8_before UInt64 comment 'Tickets opened in the 8 weeks before those',
  urgent_open UInt64 comment 'Urgent tickets that are open at its end',
  payment LowCardinality(String) comment 'paid, unpaid, failed and paid, or not known',
  failed_days Nullable(UInt32) comment 'Days from the first payment that is not paid, else the last that failed, to the end of the week',
  contact_days Nullable(UInt32) comment 'Days from the last contact in both directions to the end of the week',
  usage_micro Nullable(Int64) comment 'Part usage, 0 to 100, in micro-points; null: not known',
  trend_micro Nullable(Int64) comment 'Part trend, 0 to 100, in micro-points; null: not known',
  breadth_micro Nullable(Int64) comment 'Part breadth, 0 to 100, in micro-points; null: not known',
  support_micro Int64 comment 'Part support, 0 to 100, in micro-points',
  payment_micro Nullable(Int64) comment 'Part payment, 0 to 100, in micro-points; null: not known',
  engagement_micro Nullable(Int64) comment 'Part engagement, 0 to 100, in micro-points; null: not known'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, account_id)
ttl written_on + interval 400 day
comment 'Health of accounts in every run, by part; read account_health_of instead';

-- Grain: one account of the run named.
create or replace view {{database}}.account_health_of {{on_cluster}}
as
select * except (run_id, as_of_date, written_on)
from {{rows_of account_health_rows}}
comment 'Health of accounts by part, as other models read it: account_health_of(run_id = ...)';
