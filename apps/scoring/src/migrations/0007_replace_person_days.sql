-- Grain: (day, identity_kind, identity, signal_class), newest build of each day. Only days of the zone that was built last: after a change
-- of the zone a signal must not stand on two days.
create or replace view {{database}}.person_days {{on_cluster}}
(
  day Date comment 'Local date',
  zone LowCardinality(String) comment 'Time zone of the day',
  step UInt64 comment 'Seal step that the row is as of',
  is_complete Bool comment 'Every window of the day was closed at the step',
  identity_kind LowCardinality(String) comment 'user, email or anonymous: the strongest identity in the signal itself',
  identity String comment 'The identity; becomes a person when a score runs',
  signal_class LowCardinality(String) comment 'Class by the rules of person_days; session and other are derived',
  count UInt32 comment 'Signals of the class; sessions for the class session',
  value Decimal(38, 6) comment 'Sum of the values that the signals carry',
  first_occurred_at DateTime64(3, 'UTC') comment 'Event time of the first',
  last_occurred_at DateTime64(3, 'UTC') comment 'Event time of the last',
  sessions UInt32 comment 'Visits in which the class occurred (page views only)',
  distinct_features UInt32 comment 'Different values of the property feature',
  features Array(LowCardinality(String)) comment 'Up to 20 of them, sorted',
  signal_ids Array(String) comment 'Up to five signals, the earliest'
)
as
select * except build_id
from {{database}}.person_day_rows
where (day, build_id) in (
  select day, argMax(build_id, (step, built_at, build_id))
  from {{database}}.person_day_builds
  where zone = (select argMax(zone, (step, built_at, build_id)) from {{database}}.person_day_builds)
  group by day
)
comment 'What each identity did on each local day, by signal class, as of the newest seal step that touched the day';
