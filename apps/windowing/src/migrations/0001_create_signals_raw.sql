-- Grain: one landed record (topic, topic_epoch, partition, offset), possibly more than once: landing is at least once,
-- sealing collapses it. Exactly what the record's bytes say, nothing derived but window_start.
create table if not exists {{database}}.signals_raw {{on_cluster}}
(
  topic LowCardinality(String) comment 'Kafka topic',
  topic_epoch UInt32 comment 'Raised by an operator when the topic was re-created',
  partition UInt32 comment 'Kafka partition',
  offset UInt64 comment 'Kafka offset',
  appended_at DateTime64(3, 'UTC') comment 'The broker''s append time of the record',
  schema_id UInt32 comment 'Registry id of the writer schema',
  window_start DateTime('UTC') comment 'Start of the window that holds occurred_at',
  signal_id String comment 'The producer''s message id; unique per topic within its window',
  type LowCardinality(String) comment 'What happened: snake_case, past tense',
  source LowCardinality(String) comment 'The source as the producer named it',
  occurred_at DateTime64(3, 'UTC') comment 'Event time',
  received_at DateTime64(3, 'UTC') comment 'When the first process had it',
  anonymous_id Nullable(String) comment 'Device or browser id before identification',
  user_id Nullable(String) comment 'The customer''s own id of the person',
  email Nullable(String) comment 'E-mail as sent',
  account_id Nullable(String) comment 'The customer''s own id of the account',
  domain Nullable(String) comment 'Company domain as sent',
  session_id Nullable(String) comment 'The producer''s session id',
  url Nullable(String) comment 'Page or resource',
  referrer Nullable(String) comment 'Referring page',
  country LowCardinality(Nullable(String)) comment 'ISO 3166-1 alpha-2 as sent',
  user_agent Nullable(String) comment 'User agent as sent',
  value Nullable(Float64) comment 'Amount or score that the signal carries',
  properties Map(String, String) comment 'Everything else, as strings',
  index record_range (topic, topic_epoch, partition, offset) type minmax granularity 1
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMMDD(appended_at)
order by (window_start, topic, topic_epoch, partition, offset)
comment 'Landed signals before sealing; kept 30 days. Internal: read the view signals instead';
