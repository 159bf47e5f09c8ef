-- Grain: one landed record. Reads an Avro object container whose records are `provenance ‖ body` (see flat-schema.ts).
-- `lane` numbers the partitions that the container holds records of. Plain String here: LowCardinality in the input
-- structure halves the speed.
insert into signals_raw
(
  topic, topic_epoch, partition, offset, appended_at, schema_id, window_start,
  signal_id, type, source, occurred_at, received_at, anonymous_id, user_id, email, account_id, domain,
  session_id, url, referrer, country, user_agent, value, properties
)
select
  arrayElement({topics: Array(String)}, lane + 1),
  arrayElement({topic_epochs: Array(UInt32)}, lane + 1),
  arrayElement({partitions: Array(UInt32)}, lane + 1),
  offset,
  fromUnixTimestamp64Milli(appended_at, 'UTC'),
  {schema_id: UInt32},
  toDateTime(intDiv(occurred_at, {window_size_ms: Int64}) * intDiv({window_size_ms: Int64}, 1000), 'UTC'),
  signal_id,
  type,
  source,
  fromUnixTimestamp64Milli(occurred_at, 'UTC'),
  fromUnixTimestamp64Milli(received_at, 'UTC'),
  anonymous_id,
  user_id,
  email,
  account_id,
  domain,
  session_id,
  url,
  referrer,
  country,
  user_agent,
  value,
  properties
from input(
  'lane UInt32, offset UInt64, appended_at Int64,
   signal_id String, type String, source String, occurred_at Int64, received_at Int64,
   anonymous_id Nullable(String), user_id Nullable(String), email Nullable(String), account_id Nullable(String),
   domain Nullable(String), session_id Nullable(String), url Nullable(String), referrer Nullable(String),
   country Nullable(String), user_agent Nullable(String), value Nullable(Float64), properties Map(String, String)'
)
