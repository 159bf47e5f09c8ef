-- Grain: window. What is visible as of a step; equal content has an equal hash.
select
  toUnixTimestamp(window_start) as window_second, count() as rows,
  toString(groupBitXor(cityHash64(topic, signal_id, step, partition, offset, attempt_id, email, url, properties))) as hash
from signals_as_of(as_of_step = {step: UInt64})
group by window_start
order by window_start
