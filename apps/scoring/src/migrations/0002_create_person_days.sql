-- Grain: one step of the chain, as this service read it from windows.sealed.v1.
create table if not exists {{database}}.seal_winners {{on_cluster}}
(
  step UInt64 comment 'Seal step',
  attempt_id UUID comment 'The attempt that won it, from the Kafka record',
  closed_through DateTime64(3, 'UTC') comment 'T of the step',
  log_offset UInt64 comment 'Offset of the record in windows.sealed.v1'
)
engine = {{engine ReplacingMergeTree}}
order by step
comment 'Winners of seal steps as scoring read them from the log; binds sealed rows to steps. Internal';

-- Grain: one build of one local day. Only builds listed here are complete; a day may have several, one a seal step.
create table if not exists {{database}}.person_day_builds {{on_cluster}}
(
  day Date comment 'Local date',
  zone LowCardinality(String) comment 'Time zone of the day',
  build_id UUID comment 'Tags the rows of the build',
  step UInt64 comment 'Seal step that the build is as of',
  definition_hash LowCardinality(String) comment 'Hash of the rollups'' versions and settings',
  is_complete Bool comment 'Every window of the day was closed at the step',
  signals UInt64 comment 'Sealed signals of the day before anything was left out',
  bots UInt64 comment 'Signals of bots, left out',
  cross_window_duplicates UInt64 comment 'Copies of a signal in another window of the day, counted once',
  row_count UInt64 comment 'Rows of person_day_rows in the build',
  duration_ms UInt32 comment 'How long the build took',
  built_at DateTime64(3, 'UTC') default now64(3) comment 'When the build was complete'
)
engine = {{engine ReplacingMergeTree}}
order by (zone, day, step, build_id)
comment 'Complete builds of person_day_rows and identity_edge_rows';

-- Grain: (build_id, day, identity_kind, identity, signal_class).
create table if not exists {{database}}.person_day_rows {{on_cluster}}
(
  day Date comment 'Local date',
  zone LowCardinality(String) comment 'Time zone of the day',
  build_id UUID comment 'The build; complete when it is in person_day_builds',
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

-- Grain: (build_id, day, from, to).
create table if not exists {{database}}.identity_edge_rows {{on_cluster}}
(
  day Date comment 'Local date',
  zone LowCardinality(String) comment 'Time zone of the day',
  build_id UUID comment 'The build; complete when it is in person_day_builds',
  step UInt64 comment 'Seal step that the row is as of',
  from_kind LowCardinality(String) comment 'user, email or anonymous',
  from_id String comment 'The identity',
  to_kind LowCardinality(String) comment 'user or email: who it is; account or domain: where it belongs',
  to_id String comment 'What appeared in the same signal',
  count UInt32 comment 'Signals of the day that say so',
  first_occurred_at DateTime64(3, 'UTC') comment 'Event time of the first',
  first_signal_id String comment 'Signal id of the first',
  last_occurred_at DateTime64(3, 'UTC') comment 'Event time of the last',
  last_signal_id String comment 'Signal id of the last'
)
engine = {{engine MergeTree}}
partition by toYYYYMM(day)
order by (day, build_id, from_kind, from_id, to_kind, to_id)
comment 'Which identities appeared together in a signal, per day; resolved as of each run. Internal';

-- Grain: (day, identity_kind, identity, signal_class), newest build of each day.
create view if not exists {{database}}.person_days {{on_cluster}}
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
  group by day
)
comment 'What each identity did on each local day, by signal class, as of the newest seal step that touched the day';
