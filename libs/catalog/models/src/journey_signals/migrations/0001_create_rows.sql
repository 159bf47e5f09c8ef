-- Grain: (build_id, day, topic, signal_id).
create table if not exists {{database}}.journey_signals_rows {{on_cluster}}
(
  day Date comment 'Local date',
  zone LowCardinality(String) comment 'Time zone of the day',
  build_id UUID comment 'The build; complete when it is in newest_builds or a run names it',
  step UInt64 comment 'Seal step that the row is as of',
  topic LowCardinality(String) comment 'Topic of the source that tells: ids are its own',
  signal_id String comment 'The signal',
  kind LowCardinality(String) comment 'touch, trial or opportunity',
  occurred_at DateTime64(3, 'UTC') comment 'Event time',
  channel LowCardinality(String) comment 'Channel of a touch; else empty',
  opportunity_id String comment 'Id in the system that tells; empty unless the kind is opportunity',
  stage LowCardinality(String) comment 'Stage that the opportunity came to, lower case; empty when the signal is not a change of stage',
  amount Nullable(Decimal(38, 6)) comment 'Amount that the signal states; null when it does not',
  currency LowCardinality(String) comment 'Currency stated with it, upper case; empty: the base currency',
  account_id String comment 'Account that the signal names; empty when it does not',
  identity_kind LowCardinality(String) comment 'user, email or anonymous: the strongest identity in the signal',
  identity String comment 'The identity, empty when there is none; becomes a person when a score runs'
)
engine = {{engine MergeTree}}
partition by toYYYYMM(day)
order by (day, build_id, topic, signal_id)
comment 'Every build of every day; read journey_signals_at instead';

-- Grain: (day, topic, signal_id) of the builds named.
create view if not exists {{database}}.journey_signals_at {{on_cluster}}
as
select * except (zone, build_id)
from {{database}}.journey_signals_rows
where (day, build_id) in (select arrayJoin({builds: Array(Tuple(Date, UUID))}))
comment 'Touches and conversions of days as a run reads them: journey_signals_at(builds = [(day, build)])';
