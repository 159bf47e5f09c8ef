-- Grain: run x (period, unit_kind, conversion, rule, channel).
create table if not exists {{database}}.attribution_credit_rows {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  written_on Date default today() comment 'Rows are kept for 1200 days after it',
  period LowCardinality(String) comment 'Month such as 2026-10 or quarter such as 2026-Q3, in local time',
  unit_kind LowCardinality(String) comment 'person or account: whose conversions; the two are never added',
  conversion LowCardinality(String) comment 'opportunity_created, opportunity_won or trial_started',
  rule LowCardinality(String) comment 'first, last, linear, position, time_decay, markov or shapley',
  channel LowCardinality(String) comment 'Channel; (none): conversions without a touch; other: the channels that shapley does not look at one by one',
  credit_millionths Int64 comment 'Conversions due to the channel, in millionths',
  value_minor Int64 comment 'Their value in minor units of the base currency'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, period, unit_kind, conversion, rule, channel)
ttl written_on + interval 1200 day
comment 'Credit of every run; read attribution_credit instead';

-- Grain: (period, unit_kind, conversion, rule, channel) of the run named.
create view if not exists {{database}}.attribution_credit_of {{on_cluster}}
as
select period, unit_kind, conversion, rule, channel, credit_millionths, value_minor
from {{rows_of attribution_credit_rows}}
comment 'Credit of a run: attribution_credit_of(run_id = ...)';

-- Grain: run x (period, unit_kind, conversion).
create table if not exists {{database}}.attribution_total_rows {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  written_on Date default today() comment 'Rows are kept for 1200 days after it',
  period LowCardinality(String) comment 'Month such as 2026-10 or quarter such as 2026-Q3, in local time',
  unit_kind LowCardinality(String) comment 'person or account: whose conversions; the two are never added',
  conversion LowCardinality(String) comment 'opportunity_created, opportunity_won or trial_started',
  conversions UInt64 comment 'Conversions of the period',
  value_minor Int64 comment 'Their value in minor units of the base currency',
  untouched UInt64 comment 'Conversions without a touch, of those',
  nulls UInt64 comment 'Journeys with a touch that had not converted when the period ended'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, period, unit_kind, conversion)
ttl written_on + interval 1200 day
comment 'Conversions of every run; read attribution_totals instead';

-- Grain: (period, unit_kind, conversion) of the run named.
create view if not exists {{database}}.attribution_totals_of {{on_cluster}}
as
select period, unit_kind, conversion, conversions, value_minor, untouched, nulls
from {{rows_of attribution_total_rows}}
comment 'Conversions of a run: attribution_totals_of(run_id = ...)';

-- Grain: run x (period, unit_kind, conversion, place).
create table if not exists {{database}}.attribution_path_rows {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  written_on Date default today() comment 'Rows are kept for 400 days after it',
  period LowCardinality(String) comment 'Month such as 2026-10 or quarter such as 2026-Q3, in local time',
  unit_kind LowCardinality(String) comment 'person or account: whose journeys; the two are never added',
  conversion LowCardinality(String) comment 'opportunity_created, opportunity_won or trial_started',
  place UInt32 comment '1: the path with most conversions',
  channels Array(LowCardinality(String)) comment 'Channels of its touches, the earliest first; empty: conversions without a touch',
  conversions UInt64 comment 'Journeys that took it and converted',
  value_minor Int64 comment 'Their value in minor units of the base currency',
  nulls UInt64 comment 'Journeys that took it and had not converted when the period ended'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, period, unit_kind, conversion, place)
ttl written_on + interval 400 day
comment 'Top paths of every run; read attribution_paths instead';

-- Grain: (period, unit_kind, conversion, place) of the run named.
create view if not exists {{database}}.attribution_paths_of {{on_cluster}}
as
select period, unit_kind, conversion, place, channels, conversions, value_minor, nulls
from {{rows_of attribution_path_rows}}
comment 'Top paths of a run: attribution_paths_of(run_id = ...)';

-- Grain: one touch or conversion of a unit in an attempt at a run.
create table if not exists {{database}}.attribution_events {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  unit_kind LowCardinality(String) comment 'person or account',
  unit_id String comment 'person_id or account_id',
  at_ms Int64 comment 'Epoch milliseconds',
  channel LowCardinality(String) comment 'Channel of a touch; empty: a conversion',
  conversion LowCardinality(String) comment 'Kind of conversion; empty: a touch',
  conversion_id String comment 'The conversion, by topic and id; empty: a touch',
  value_minor Int64 comment 'Value of a conversion in minor units of the base currency'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by (unit_kind, unit_id, at_ms)
comment 'Touches and conversions of runs in progress. Internal, dropped after the run';

-- Grain: one journey of a unit in an attempt at a run.
create table if not exists {{database}}.attribution_journeys {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  period LowCardinality(String) comment 'The period',
  unit_kind LowCardinality(String) comment 'person or account',
  kinds Array(LowCardinality(String)) comment 'Kinds of conversion that it is a journey to; one, if it ended with a conversion',
  unit_id String comment 'person_id or account_id',
  conversion_id String comment 'The conversion, by topic and id; empty: the journey had none',
  is_converted Bool comment 'It ended with a conversion',
  value_minor Int64 comment 'Value of the conversion in minor units of the base currency',
  channels Array(LowCardinality(String)) comment 'Channels of its touches, the earliest first',
  ages_ms Array(Int64) comment 'Milliseconds from each touch to the conversion; empty without one'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by (is_converted, period, unit_kind)
comment 'Journeys of runs in progress. Internal, dropped after the run';

-- Grain: (period, unit_kind, conversion, channels) of an attempt at a run.
create table if not exists {{database}}.attribution_paths_found {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  period LowCardinality(String) comment 'The period',
  unit_kind LowCardinality(String) comment 'person or account',
  conversion LowCardinality(String) comment 'Kind of conversion',
  channels Array(LowCardinality(String)) comment 'Channels of the touches, the earliest first',
  conversions UInt64 comment 'Journeys that took it and converted',
  value_minor Int64 comment 'Their value in minor units of the base currency',
  nulls UInt64 comment 'Journeys that took it and did not'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by (period, unit_kind, conversion)
comment 'Paths of runs in progress. Internal, dropped after the run';
