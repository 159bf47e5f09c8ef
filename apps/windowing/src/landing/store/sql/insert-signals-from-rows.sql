-- Grain: one landed record. The reference path: decoded rows as JSON. `value_bits` is the double's bit pattern, since
-- text would round it; the map is an array of pairs, since a doubled key must stay doubled.
insert into signals_raw
(
  topic, topic_epoch, partition, offset, appended_at, schema_id, window_start,
  signal_id, type, source, occurred_at, received_at, anonymous_id, user_id, email, account_id, domain,
  session_id, url, referrer, country, user_agent, value, properties, key_kind
)
select
  topic,
  topic_epoch,
  partition,
  offset,
  fromUnixTimestamp64Milli(appended_at, 'UTC'),
  schema_id,
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
  reinterpretAsFloat64(value_bits),
  cast(properties as Map(String, String)),
  key_kind
from input(
  'topic String, topic_epoch UInt32, partition UInt32, offset UInt64, appended_at Int64, schema_id UInt32,
   signal_id String, type String, source String, occurred_at Int64, received_at Int64,
   anonymous_id Nullable(String), user_id Nullable(String), email Nullable(String), account_id Nullable(String),
   domain Nullable(String), session_id Nullable(String), url Nullable(String), referrer Nullable(String),
   country Nullable(String), user_agent Nullable(String), value_bits Nullable(UInt64),
   properties Array(Tuple(String, String)), key_kind Nullable(String)'
)
