-- Grain: (step, attempt, partition).
select
  step, toString(attempt_id) as attempt_id, toString(topic) as topic, topic_epoch, partition,
  toUInt64(max(partition_seals.duplicates)) as duplicates
from partition_seals
group by step, attempt_id, topic, topic_epoch, partition
