-- Grain: one quarantined record. The bytes travel as base64: JSON cannot carry them.
insert into signals_quarantined
(topic, topic_epoch, partition, offset, appended_at, reason, detail, schema_id, bytes, headers)
select
  topic,
  topic_epoch,
  partition,
  offset,
  fromUnixTimestamp64Milli(appended_at, 'UTC'),
  reason,
  detail,
  schema_id,
  base64Decode(bytes),
  headers
from input(
  'topic String, topic_epoch UInt32, partition UInt32, offset UInt64, appended_at Int64, reason String, detail String,
   schema_id Nullable(UInt32), bytes String, headers Map(String, String)'
)
