-- Grain: (window_start, topic, topic_epoch, partition). What an attempt stored, read back. Hashes as text: they do not fit a JSON
-- number.
select
  toUnixTimestamp(window_start) as window_second, toString(topic) as topic_name, topic_epoch, partition,
  count() as sealed, countIf(is_late) as late,
  toString(sum(row_hash)) as checksum_sum, toString(groupBitXor(row_hash)) as checksum_xor
from (
  select window_start, topic, topic_epoch, partition, is_late, {{row_checksum}} as row_hash
  from {target: Identifier}.signal_rows
  where step = {step: UInt64} and attempt_id = {attempt_id: UUID}
)
group by window_start, topic, topic_epoch, partition
