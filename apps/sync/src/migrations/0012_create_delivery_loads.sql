-- Grain: one load of one table at one tick by one replica.
create table if not exists {{database}}.delivery_loads {{on_cluster}}
(
  destination LowCardinality(String) comment 'Name of the destination in the destinations file',
  view LowCardinality(String) comment 'Documented view whose rows the table holds',
  table_name LowCardinality(String) comment 'Table at the destination',
  tick DateTime64(3, 'UTC') comment 'Instant of the schedule that the load is for',
  state LowCardinality(String) comment 'done, or failed: repeated at the next tick',
  replaced UInt32 comment 'Parts (days, runs) that were replaced by a newer build',
  removed UInt32 comment 'Parts that the view has no more',
  rows UInt64 comment 'Rows that were written',
  detail String comment 'Why it failed, in the destination''s own words; empty when it is done',
  replica LowCardinality(String) comment 'Process that ran it',
  started_at DateTime64(3, 'UTC') comment 'When it began',
  finished_at DateTime64(3, 'UTC') comment 'When it ended'
)
engine = {{engine MergeTree}}
order by (destination, view, table_name, tick)
ttl toDateTime(tick) + interval 400 day
comment 'Loads of views into warehouse tables; what is loaded is marked at the destination itself';
