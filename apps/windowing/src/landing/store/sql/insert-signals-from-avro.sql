-- Grain: one landed record. Reads an Avro object container whose records are `provenance ‖ body` (see flat-schema.ts).
-- `lane` numbers the partitions that the container holds records of. Plain String here: LowCardinality in the input
-- structure halves the speed. The two times count `..._unit` units a millisecond: what was judged is not negative, or counts
-- milliseconds, so that cutting is flooring.
insert into signals_raw
(
  topic, topic_epoch, partition, offset, appended_at, schema_id, window_start,
  signal_id, type, source, occurred_at, received_at, anonymous_id, user_id, email, account_id, domain,
  session_id, url, referrer, country, user_agent, value, properties, key_kind
)
select
  arrayElement({topics: Array(String)}, lane + 1),
  arrayElement({topic_epochs: Array(UInt32)}, lane + 1),
  arrayElement({partitions: Array(UInt32)}, lane + 1),
  offset,
  fromUnixTimestamp64Milli(appended_at, 'UTC'),
  {schema_id: UInt32},
  toDateTime(intDiv(intDiv(occurred_at, {occurred_at_unit: Int64}), {window_size_ms: Int64}) * intDiv({window_size_ms: Int64}, 1000), 'UTC'),
  signal_id,
  type,
  source,
  fromUnixTimestamp64Milli(intDiv(occurred_at, {occurred_at_unit: Int64}), 'UTC'),
  fromUnixTimestamp64Milli(intDiv(received_at, {received_at_unit: Int64}), 'UTC'),
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
  properties,
  key_kind
from input(
  'lane UInt32, offset UInt64, appended_at Int64,
   signal_id String, type String, source String, occurred_at Int64, received_at Int64,
   anonymous_id Nullable(String), user_id Nullable(String), email Nullable(String), account_id Nullable(String),
   domain Nullable(String), session_id Nullable(String), url Nullable(String), referrer Nullable(String),
   country Nullable(String), user_agent Nullable(String), value Nullable(Float64), properties Map(String, String),
   key_kind Nullable(String)'
)
