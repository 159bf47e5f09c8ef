-- Grain: (window_start, topic, topic_epoch, partition). Distinct landed offsets that the step takes; a record landed twice is one.
select
  toUnixTimestamp(window_start) as window_second, toString(topic) as topic_name, topic_epoch, partition,
  uniqExact(offset) as offsets
from {raw: Identifier}.signals_raw
where window_start >= {previous_closed_before: DateTime('UTC')}
  and window_start < {closed_before: DateTime('UTC')}
  and {{below_vector}}
group by window_start, topic, topic_epoch, partition
union all
select
  toUnixTimestamp(window_start) as window_second, toString(topic) as topic_name, topic_epoch, partition,
  uniqExact(offset) as offsets
from {raw: Identifier}.signals_raw
where window_start < {previous_closed_before: DateTime('UTC')}
  and {{between_vectors}}
group by window_start, topic, topic_epoch, partition
