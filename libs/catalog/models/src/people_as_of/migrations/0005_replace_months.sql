-- When and by which signal is one text from here on, '2026-11-23 07:00:00.000<signal id>', which sorts as the pair does: ClickHouse
-- takes the least and greatest of texts several times faster than of pairs. Months are grouped by the engine of their table, block by
-- block, in as much memory as a block takes. What was grouped before is grouped again.
drop table if exists {{database}}.people_as_of_months {{on_cluster}} sync;

drop table if exists {{database}}.people_as_of_month_notes {{on_cluster}} sync;

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
  first SimpleAggregateFunction(min, String) comment 'The first: its event time, then its signal id',
  last SimpleAggregateFunction(max, String) comment 'The last: its event time, then its signal id',
  day_edges SimpleAggregateFunction(sum, UInt64) comment 'Edges of days that it was grouped from',
  written_on SimpleAggregateFunction(max, Date) default today() comment 'Rows are kept for 62 days after it'
)
engine = {{engine AggregatingMergeTree}}
partition by month
order by (builds_hash, from_kind, from_id, to_kind, to_id, rank)
ttl written_on + interval 62 day
comment 'Edges of complete months, grouped; an edge may be there several times, which changes nothing. Internal';

-- Grain: month x set of builds.
create table if not exists {{database}}.people_as_of_month_notes {{on_cluster}}
(
  month Date comment 'First day of the month',
  builds_hash UInt64 comment 'Hash of the builds of its days',
  day_edges UInt64 comment 'Edges of days that people_as_of_months was grouped from, at least',
  written_on Date default today() comment 'Kept for 31 days after it'
)
engine = {{engine ReplacingMergeTree}}
order by (month, builds_hash)
ttl written_on + interval 31 day
comment 'Months that are grouped. Internal';

-- Grain: one edge of a month as it was grouped, or of a day before or after the months: an edge is there several times.
create or replace view {{database}}.people_as_of_edges_at {{on_cluster}}
as
select from_kind, from_id, to_kind, to_id, rank, first, last
from {{database}}.people_as_of_months
where (month, builds_hash) in (
  select month, builds_hash from {{database}}.people_as_of_wanted_months where attempt_id = {attempt_id: UUID}
)
union all
select
  from_kind, from_id, to_kind, to_id, rank,
  concat(toString(first_occurred_at), first_signal_id) as first,
  concat(toString(last_occurred_at), last_signal_id) as last
from {{database}}.identities_at(builds = {edges: Array(Tuple(Date, UUID))})
where day >= toStartOfMonth({as_of_date: Date})
  or day < addMonths(toStartOfMonth(arrayMin(build -> build.1, {edges: Array(Tuple(Date, UUID))})), 1)
comment 'Edges as an attempt reads them: people_as_of_edges_at(attempt_id, edges = [(day, build)], as_of_date). Internal';
