-- Edges of complete months, grouped once for the builds that they are of: a night merges months and open days instead of days.
-- Rows are kept longer than the notes that say they are whole.

-- Grain: month x set of builds x edge.
create table if not exists {{database}}.people_as_of_months {{on_cluster}}
(
  month Date comment 'First day of the month',
  builds_hash UInt64 comment 'Hash of the builds of its days',
  from_kind LowCardinality(String) comment 'user, email or anonymous',
  from_id String comment 'The identity',
  to_kind LowCardinality(String) comment 'user or email: who it is; account or domain: where it belongs',
  to_id String comment 'What appeared in the same signal',
  rank UInt8 comment 'Who said so: 1 a server, 2 a page or nobody knows',
  first_occurred_at DateTime64(3, 'UTC') comment 'Event time of the first',
  first_signal_id String comment 'Signal id of the first',
  last_occurred_at DateTime64(3, 'UTC') comment 'Event time of the last',
  last_signal_id String comment 'Signal id of the last',
  written_on Date default today() comment 'Rows are kept for 62 days after it'
)
engine = {{engine MergeTree}}
partition by month
order by (builds_hash, from_kind, from_id, to_kind, to_id, rank)
ttl written_on + interval 62 day
comment 'Edges of complete months, grouped; an edge may be there twice, which changes nothing. Internal';

-- Grain: month x set of builds.
create table if not exists {{database}}.people_as_of_month_notes {{on_cluster}}
(
  month Date comment 'First day of the month',
  builds_hash UInt64 comment 'Hash of the builds of its days',
  edges UInt64 comment 'Rows that people_as_of_months has of it at least',
  written_on Date default today() comment 'Kept for 31 days after it'
)
engine = {{engine ReplacingMergeTree}}
order by (month, builds_hash)
ttl written_on + interval 31 day
comment 'Months that are grouped. Internal';

-- Grain: one month of an attempt.
create table if not exists {{database}}.people_as_of_wanted_months {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  month Date comment 'First day of the month',
  builds_hash UInt64 comment 'Hash of the builds of its days',
  is_grouped Bool comment 'It was grouped by an earlier run'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by month
comment 'Complete months that runs in progress read. Internal, dropped after the run';

-- Grain: one edge of a month as it was grouped, or of a day before or after the months: an edge is there once for each.
create view if not exists {{database}}.people_as_of_edges_at {{on_cluster}}
as
select from_kind, from_id, to_kind, to_id, rank, first_occurred_at, first_signal_id, last_occurred_at, last_signal_id
from {{database}}.people_as_of_months
where (month, builds_hash) in (
  select month, builds_hash from {{database}}.people_as_of_wanted_months where attempt_id = {attempt_id: UUID}
)
union all
select from_kind, from_id, to_kind, to_id, rank, first_occurred_at, first_signal_id, last_occurred_at, last_signal_id
from {{database}}.identities_at(builds = {edges: Array(Tuple(Date, UUID))})
where day >= toStartOfMonth({as_of_date: Date})
  or day < addMonths(toStartOfMonth(arrayMin(build -> build.1, {edges: Array(Tuple(Date, UUID))})), 1)
comment 'Edges as an attempt reads them: people_as_of_edges_at(attempt_id, edges = [(day, build)], as_of_date). Internal';
