-- Grain: one record of the topic, as AvroConfluent reads it. Plain String: LowCardinality in what is parsed halves the speed.
create table queue
(
  signal_id String,
  type String,
  source String,
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
  country Nullable(String),
  user_agent Nullable(String),
  value Nullable(Float64),
  properties Map(String, String)
)
engine = Kafka
settings
  kafka_broker_list = '{{brokers}}',
  kafka_topic_list = '{{topic}}',
  kafka_group_name = '{{group}}',
  kafka_format = 'AvroConfluent',
  format_avro_schema_registry_url = '{{registry}}',
  kafka_num_consumers = {{consumers}},
  kafka_thread_per_consumer = {{thread_per_consumer}},
  kafka_max_block_size = {{block_rows}},
  kafka_flush_interval_ms = 1000
