-- Grain: one landed record: the columns and the order of signals_raw, filled by ClickHouse's own Kafka engine.
create table landed
(
  topic LowCardinality(String),
  partition UInt32,
  offset UInt64,
  appended_at DateTime64(3, 'UTC'),
  window_start DateTime('UTC'),
  signal_id String,
  type LowCardinality(String),
  source LowCardinality(String),
  occurred_at DateTime64(3, 'UTC'),
  received_at DateTime64(3, 'UTC'),
  anonymous_id Nullable(String),
  user_id Nullable(String),
  email Nullable(String),
  account_id Nullable(String),
  domain Nullable(String),
  session_id Nullable(String),
  url Nullable(String),
  referrer Nullable(String),
  country LowCardinality(Nullable(String)),
  user_agent Nullable(String),
  value Nullable(Float64),
  properties Map(String, String)
)
engine = MergeTree
partition by toYYYYMMDD(appended_at)
order by (window_start, topic, partition, offset)
