-- Grain: one quarantined record (topic, topic_epoch, partition, offset).
create table if not exists {{database}}.signals_quarantined {{on_cluster}}
(
  topic LowCardinality(String) comment 'Kafka topic',
  topic_epoch UInt32 comment 'Raised by an operator when the topic was re-created',
  partition UInt32 comment 'Kafka partition',
  offset UInt64 comment 'Kafka offset',
  appended_at DateTime64(3, 'UTC') comment 'The broker''s append time of the record',
  reason LowCardinality(String) comment 'Why it is no signal: one of the closed list of reasons',
  detail String comment 'What exactly is wrong, in words',
  schema_id Nullable(UInt32) comment 'Registry id that the record names, if it has a readable frame',
  bytes String comment 'The record''s value as it was in the log',
  headers Map(String, String) comment 'The record''s headers',
  quarantined_at DateTime64(3, 'UTC') default now64(3) comment 'When it was quarantined'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(appended_at)
order by (topic, topic_epoch, partition, offset)
comment 'Records that are data but not signals, each with its reason and its bytes; retry with: millrace quarantine retry';

-- Grain: one range [first_offset, last_offset] of a partition that holds no records for a reader: transaction markers, aborted records, compacted gaps.
create table if not exists {{database}}.signals_skipped {{on_cluster}}
(
  topic LowCardinality(String) comment 'Kafka topic',
  topic_epoch UInt32 comment 'Raised by an operator when the topic was re-created',
  partition UInt32 comment 'Kafka partition',
  first_offset UInt64 comment 'First offset of the range',
  last_offset UInt64 comment 'Last offset of the range, included',
  reason LowCardinality(String) comment 'marker_or_aborted, or lost',
  recorded_at DateTime64(3, 'UTC') default now64(3) comment 'When the range was recorded'
)
engine = {{engine ReplacingMergeTree}}
order by (topic, topic_epoch, partition, first_offset, last_offset, reason)
comment 'Offset ranges without readable records. Internal';

-- Grain: one partition; the newest row holds its landed position.
create table if not exists {{database}}.landed_positions {{on_cluster}}
(
  topic LowCardinality(String) comment 'Kafka topic',
  topic_epoch UInt32 comment 'Raised by an operator when the topic was re-created',
  partition UInt32 comment 'Kafka partition',
  position UInt64 comment 'Every offset below it is landed, quarantined or skipped',
  published_at DateTime64(3, 'UTC') default now64(3) comment 'When the owner of the partition published it'
)
engine = {{engine ReplacingMergeTree(position)}}
order by (topic, topic_epoch, partition)
comment 'Landed position of each partition. Internal: a hint for proposers, never the proof';
