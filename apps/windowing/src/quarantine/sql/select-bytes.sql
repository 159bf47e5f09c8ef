-- Grain: one quarantined record with its bytes; the newest epoch of the topic when no reason narrows it further.
select
  topic,
  topic_epoch,
  partition,
  offset,
  appended_at,
  reason,
  detail,
  schema_id,
  base64Encode(bytes) as bytes_base64,
  headers
from quarantined_records
where ({topic: String} = '' or topic = {topic: String})
  and ({partition: Int64} < 0 or partition = {partition: Int64})
  and ({offset: Int64} < 0 or offset = {offset: Int64})
  and ({reason: String} = '' or reason = {reason: String})
order by topic, topic_epoch desc, partition, offset
limit {limit: UInt32}
