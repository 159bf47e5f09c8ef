-- Grain: (period, unit_kind, conversion, rule, channel).
create or replace view {{database}}.attribution_credit {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  period LowCardinality(String) comment 'Month such as 2026-10 or quarter such as 2026-Q3, in local time',
  unit_kind LowCardinality(String) comment 'person or account: whose conversions; the two are never added',
  conversion LowCardinality(String) comment 'opportunity_created, opportunity_won or trial_started',
  rule LowCardinality(String) comment 'first, last, linear, position, time_decay, markov or shapley',
  channel LowCardinality(String) comment 'Channel; (none): conversions without a touch; other: the channels that shapley does not look at one by one',
  credit Decimal(38, 6) comment 'Conversions due to the channel; they add up to the conversions of the period by each rule',
  value_minor Int64 comment 'Their value in minor units of the base currency'
)
as
select
  run_id, as_of_date, period, unit_kind, conversion, rule, channel,
  toDecimal128(credit_millionths, 6) / 1000000 as credit, value_minor
from {{database}}.attribution_credit_rows final
where (period, run_id) in (
  select rows.period, argMax(runs.run_id, (runs.as_of, runs.log_offset))
  from {{database}}.attribution_total_rows as rows
  inner join {{database}}.score_runs as runs on rows.run_id = runs.run_id
  group by rows.period
)
comment 'Credit of each channel, by the newest published run of each period. Filter by period, unit_kind, conversion and rule: no sum goes across them';

-- Grain: (period, unit_kind, conversion).
create or replace view {{database}}.attribution_totals {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  period LowCardinality(String) comment 'Month such as 2026-10 or quarter such as 2026-Q3, in local time',
  unit_kind LowCardinality(String) comment 'person or account: whose conversions; the two are never added',
  conversion LowCardinality(String) comment 'opportunity_created, opportunity_won or trial_started',
  conversions UInt64 comment 'Conversions of the period',
  value_minor Int64 comment 'Their value in minor units of the base currency',
  untouched UInt64 comment 'Conversions without a touch, of those',
  nulls UInt64 comment 'Journeys with a touch that had not converted when the period ended'
)
as
select run_id, as_of_date, period, unit_kind, conversion, conversions, value_minor, untouched, nulls
from {{database}}.attribution_total_rows final
where (period, run_id) in (
  select rows.period, argMax(runs.run_id, (runs.as_of, runs.log_offset))
  from {{database}}.attribution_total_rows as rows
  inner join {{database}}.score_runs as runs on rows.run_id = runs.run_id
  group by rows.period
)
comment 'What the credit of each rule adds up to, by the newest published run of each period';

-- Grain: (period, unit_kind, conversion, place).
create or replace view {{database}}.attribution_paths {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  period LowCardinality(String) comment 'Month such as 2026-10 or quarter such as 2026-Q3, in local time',
  unit_kind LowCardinality(String) comment 'person or account: whose journeys; the two are never added',
  conversion LowCardinality(String) comment 'opportunity_created, opportunity_won or trial_started',
  place UInt32 comment '1: the path with most conversions',
  channels Array(LowCardinality(String)) comment 'Channels of its touches, the earliest first; empty: conversions without a touch',
  conversions UInt64 comment 'Journeys that took it and converted',
  value_minor Int64 comment 'Their value in minor units of the base currency',
  nulls UInt64 comment 'Journeys that took it and had not converted when the period ended'
)
as
select run_id, as_of_date, period, unit_kind, conversion, place, channels, conversions, value_minor, nulls
from {{database}}.attribution_path_rows final
where (period, run_id) in (
  select rows.period, argMax(runs.run_id, (runs.as_of, runs.log_offset))
  from {{database}}.attribution_total_rows as rows
  inner join {{database}}.score_runs as runs on rows.run_id = runs.run_id
  group by rows.period
)
comment 'The paths with most conversions, by the newest published run of each period';
