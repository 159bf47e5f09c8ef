-- Grain: (build_id, day, from, to, rank).
create table if not exists {{database}}.identities_rows {{on_cluster}}
(
  day Date comment 'Local date',
  zone LowCardinality(String) comment 'Time zone of the day',
  build_id UUID comment 'The build; complete when it is in newest_builds or a run names it',
  step UInt64 comment 'Seal step that the row is as of',
  from_kind LowCardinality(String) comment 'user, email or anonymous',
  from_id String comment 'The identity',
  to_kind LowCardinality(String) comment 'user or email: who it is; account or domain: where it belongs',
  to_id String comment 'What appeared in the same signal',
  rank UInt8 comment 'Who said so: 1 a server, 2 a page or nobody knows',
  count UInt32 comment 'Signals of the day that say so',
  first_occurred_at DateTime64(3, 'UTC') comment 'Event time of the first',
  first_signal_id String comment 'Signal id of the first',
  last_occurred_at DateTime64(3, 'UTC') comment 'Event time of the last',
  last_signal_id String comment 'Signal id of the last'
)
engine = {{engine MergeTree}}
partition by toYYYYMM(day)
order by (day, build_id, from_kind, from_id, to_kind, to_id, rank)
comment 'Which identities appeared together in a signal, per day; resolved as of each run. Internal';

-- Grain: (day, from, to, rank) of the builds named.
create view if not exists {{database}}.identities_at {{on_cluster}}
as
select * except (zone, build_id)
from {{database}}.identities_rows
where (day, build_id) in (select arrayJoin({builds: Array(Tuple(Date, UUID))}))
comment 'Edges as a run reads them: identities_at(builds = [(day, build)])';
