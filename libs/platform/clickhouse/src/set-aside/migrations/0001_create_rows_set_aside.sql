-- Grain: one row that ClickHouse did not take (service, table_name, set_aside_id). The newest state replaces the others.
create table if not exists {{database}}.rows_set_aside {{on_cluster}}
(
  service LowCardinality(String) comment 'Service that wanted to insert the row',
  table_name LowCardinality(String) comment 'Table that did not take it',
  set_aside_id String comment 'Hash of the record that it came from; the same record again is the same row',
  topic LowCardinality(String) comment 'Topic of that record; empty when the row came from none',
  partition Nullable(UInt32) comment 'Partition of that record',
  offset Nullable(UInt64) comment 'Offset of that record',
  content String comment 'What the row was to be made of, JSON, whole',
  code Int32 comment 'ClickHouse''s error code; 0 when the row could not be made',
  error_code LowCardinality(String) comment 'Millrace''s error code',
  reason String comment 'Why it was not taken, in words; values of the row may be among them',
  set_aside_at DateTime64(3, 'UTC') comment 'When it was set aside',
  resolution LowCardinality(String) comment 'Empty while it waits; stored by a retry, or dismissed',
  changed_at DateTime64(3, 'UTC') comment 'Version: the newest state of the row wins'
)
engine = {{engine ReplacingMergeTree(changed_at)}}
order by (service, table_name, set_aside_id)
ttl toDateTime(set_aside_at) + interval 400 day
comment 'Rows that ClickHouse refused, each with its reason and content; kept 400 days; see: millrace set-aside'
