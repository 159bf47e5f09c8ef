-- Grain: partition of a topic within a day of signals_raw that was dropped.
create table if not exists {{database}}.dropped_partitions {{on_cluster}}
(
  day Date comment 'Day of append time',
  topic LowCardinality(String) comment 'Kafka topic',
  topic_epoch UInt32 comment 'Epoch of the topic',
  partition UInt32 comment 'Kafka partition',
  first_offset UInt64 comment 'Lowest offset dropped',
  last_offset UInt64 comment 'Highest offset dropped',
  first_window DateTime('UTC') comment 'Start of the earliest window of the rows dropped',
  last_window DateTime('UTC') comment 'Start of the latest window of the rows dropped',
  rows UInt64 comment 'Rows dropped, copies included',
  archive String comment 'Name of the archived file below RAW_ARCHIVE_URL; empty when there is none',
  dropped_at DateTime64(3, 'UTC') default now64(3) comment 'When it was noted, just before the drop'
)
engine = {{engine ReplacingMergeTree}}
order by (day, topic, topic_epoch, partition, archive, first_offset, last_offset)
comment 'Which landed records are no longer kept, and where they are archived. Internal';

-- Grain: (dropped_before, through_step, step, replaced_at_step, partition of a topic). Replicas may note the same drop: the largest
-- count of each is the one from before the drop.
create table if not exists {{database}}.dropped_rows {{on_cluster}}
(
  dropped_before DateTime('UTC') comment 'Sealed rows of windows that start before it were dropped...',
  through_step UInt64 comment '...if a step up to this one sealed them',
  step UInt64 comment 'Step that sealed the rows',
  replaced_at_step UInt64 comment 'Rebuild that replaced the rows; 0 when none did',
  topic LowCardinality(String) comment 'Kafka topic',
  topic_epoch UInt32 comment 'Epoch of the topic',
  partition UInt32 comment 'Kafka partition',
  sealed UInt64 comment 'Rows dropped',
  noted_at DateTime64(3, 'UTC') default now64(3) comment 'When it was noted, just before the drop'
)
engine = {{engine MergeTree}}
order by (dropped_before, through_step, step, replaced_at_step, topic, topic_epoch, partition)
comment 'How many sealed rows are no longer kept, so that conservation still counts them. Internal';
