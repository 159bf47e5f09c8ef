-- Grain: (window_start, topic) of one attempt, in the order of its digest. Hashes as text: they do not fit a JSON number.
select
  toUnixTimestamp(window_start) as window_second, toString(topic) as topic_name, sealed, duplicates, late,
  toString(checksum_sum) as checksum_sum, toString(checksum_xor) as checksum_xor
from {sealed: Identifier}.window_seals final
where step = {step: UInt64} and attempt_id = {attempt_id: UUID}
order by window_start, topic
