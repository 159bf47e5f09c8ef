-- Grain: (build_id, day, identity_kind, identity, signal_class).
create table if not exists {{database}}.person_days_rows {{on_cluster}}
(
  day Date comment 'Local date',
  zone LowCardinality(String) comment 'Time zone of the day',
  build_id UUID comment 'The build; complete when it is in newest_builds or a run names it',
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
engine = {{engine MergeTree}}
partition by toYYYYMM(day)
order by (day, build_id, identity_kind, identity, signal_class)
comment 'Every build of every day; read the view person_days instead';

-- Grain: (day, identity_kind, identity, signal_class) of the builds named.
create view if not exists {{database}}.person_days_at {{on_cluster}}
as
select * except (zone, build_id)
from {{database}}.person_days_rows
where (day, build_id) in (select arrayJoin({builds: Array(Tuple(Date, UUID))}))
comment 'Days as a run reads them: person_days_at(builds = [(day, build)])';

-- Grain: (day, identity_kind, identity, signal_class), newest build of each day.
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
from {{database}}.person_days_rows
where (day, build_id) in (select day, build_id from {{database}}.newest_builds where model = 'person_days')
comment 'What each identity did on each local day, by signal class, as of the newest seal step that touched the day';
