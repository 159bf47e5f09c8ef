-- Grain: (build_id, day, identity_kind, identity, trait).
create table if not exists {{database}}.traits_rows {{on_cluster}}
(
  day Date comment 'Local date',
  zone LowCardinality(String) comment 'Time zone of the day',
  build_id UUID comment 'The build; complete when it is in newest_builds or a run names it',
  step UInt64 comment 'Seal step that the row is as of',
  identity_kind LowCardinality(String) comment 'user, email or anonymous: the strongest identity in the signal itself',
  identity String comment 'The identity; becomes a person when a run resolves it',
  trait LowCardinality(String) comment 'name, title, department, company or phone',
  value String comment 'The last value of the day, as written',
  occurred_at DateTime64(3, 'UTC') comment 'Event time of the signal that says it',
  signal_id String comment 'The signal that says it'
)
engine = {{engine MergeTree}}
partition by toYYYYMM(day)
order by (day, build_id, identity_kind, identity, trait)
comment 'What people said of themselves, per day; read traits_at instead. Internal';

-- Grain: (day, identity_kind, identity, trait) of the builds named.
create view if not exists {{database}}.traits_at {{on_cluster}}
as
select * except (zone, build_id)
from {{database}}.traits_rows
where (day, build_id) in (select arrayJoin({builds: Array(Tuple(Date, UUID))}))
comment 'Traits of days as a run reads them: traits_at(builds = [(day, build)])';
