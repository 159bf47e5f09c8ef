-- Grain: one quarantined record, the newest first.
select
  topic,
  topic_epoch,
  partition,
  offset,
  appended_at,
  reason,
  detail,
  schema_id,
  length(bytes) as byte_count
from quarantined_records
where ({topic: String} = '' or topic = {topic: String})
  and ({reason: String} = '' or reason = {reason: String})
order by appended_at desc, topic, partition, offset desc
limit {limit: UInt32}
