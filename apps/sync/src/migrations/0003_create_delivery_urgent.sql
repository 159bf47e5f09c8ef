-- Grain: one urgency rule that matched one signal (rule, topic, partition, offset).
create table if not exists {{database}}.delivery_urgent {{on_cluster}}
(
  rule LowCardinality(String) comment 'Urgency rule that matched',
  topic LowCardinality(String) comment 'Topic of the signal',
  partition UInt32 comment 'Partition of the signal',
  offset UInt64 comment 'Offset of the signal',
  signal_id String comment 'The producer''s message id',
  subject String comment 'person:<id> or account:<id> that the cool-down is for',
  record_id String comment 'Record that was delivered',
  state LowCardinality(String) comment 'sent, cooled_down, expired, do_not_sync, no_subject or no_destination',
  destinations Array(String) comment 'Destinations that it was handed to',
  url String comment 'Page of the signal',
  received_at DateTime64(3, 'UTC') comment 'When the signal was accepted',
  decided_at DateTime64(3, 'UTC') comment 'When the fast lane decided'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(decided_at)
order by (rule, topic, partition, offset)
comment 'What the fast lane did with every signal that an urgency rule matched';
