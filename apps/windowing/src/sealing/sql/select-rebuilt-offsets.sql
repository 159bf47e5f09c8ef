-- Grain: (window_start, topic, topic_epoch, partition) of the rebuilt range, and one row more a window and topic for the duplicates
-- that earlier steps recognised.
select
  toUnixTimestamp(window_start) as window_second, toString(topic) as topic_name, topic_epoch, partition,
  count() as offsets
from (
    {{rebuilt_rows}}
)
group by window_start, topic, topic_epoch, partition
union all
select
  toUnixTimestamp(window_start) as window_second, toString(topic) as topic_name, toUInt32(0) as topic_epoch,
  toUInt32(0) as partition, sum(duplicates) as offsets
from {sealed: Identifier}.window_seals final
where window_start >= {rebuild_from: DateTime('UTC')}
  and window_start < {rebuild_to: DateTime('UTC')}
  and step < {step: UInt64}
  and {{is_winner}}
  and {{is_current}}
group by window_start, topic
