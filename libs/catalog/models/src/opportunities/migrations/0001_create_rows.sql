-- Grain: (build_id, day, topic, opportunity_id).
create table if not exists {{database}}.opportunities_rows {{on_cluster}}
(
  day Date comment 'Local date',
  zone LowCardinality(String) comment 'Time zone of the day',
  build_id UUID comment 'The build; complete when it is in newest_builds or a run names it',
  step UInt64 comment 'Seal step that the row is as of',
  topic LowCardinality(String) comment 'Topic of the source that tells: ids are its own',
  opportunity_id String comment 'Id in the system that tells',
  stage LowCardinality(String) comment 'Newest stage of the day, lower case; empty when no signal of the day says',
  stage_at DateTime64(3, 'UTC') comment 'Event time of the signal that says it',
  amount Nullable(Decimal(38, 6)) comment 'Newest amount of the day; null when no signal of the day says',
  currency LowCardinality(String) comment 'Currency stated with the amount, upper case; empty: the base currency',
  amount_at DateTime64(3, 'UTC') comment 'Event time of the signal that says it',
  account_id String comment 'Account that the newest signal with one names; empty when none does',
  identity_kind LowCardinality(String) comment 'user, email or anonymous: the strongest identity in the newest signal with one; empty when none has',
  identity String comment 'The identity; becomes a person when a score runs',
  last_occurred_at DateTime64(3, 'UTC') comment 'Event time of the newest signal',
  last_signal_id String comment 'Signal id of the newest signal'
)
engine = {{engine MergeTree}}
partition by toYYYYMM(day)
order by (day, build_id, topic, opportunity_id)
comment 'Every build of every day; read opportunities_at instead';

-- Grain: (day, topic, opportunity_id) of the builds named.
create view if not exists {{database}}.opportunities_at {{on_cluster}}
as
select * except (zone, build_id)
from {{database}}.opportunities_rows
where (day, build_id) in (select arrayJoin({builds: Array(Tuple(Date, UUID))}))
comment 'Opportunities of days as a run reads them: opportunities_at(builds = [(day, build)])';
