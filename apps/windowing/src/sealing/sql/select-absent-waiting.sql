-- Grain: (topic, topic_epoch, partition) with landed records missing. `expected` are the landed records that earlier steps took note of
-- and neither sealed nor dropped as duplicates: they wait in open windows. `present` are those that this server has.
with
  expected_rows as (
    select
      toString(topic) as topic_name, topic_epoch, partition,
      toInt64(sum(raw)) - toInt64(sum(sealed)) - toInt64(sum(duplicates)) as expected
    from {sealed: Identifier}.partition_seals
    where step < {step: UInt64}
      and {{is_winner}}
      and step not in (select step from {sealed: Identifier}.seal_steps where reason = 'rebuild')
    group by topic, topic_epoch, partition
    having expected > 0
  ),
  present_rows as (
    select toString(topic) as topic_name, topic_epoch, partition, toInt64(groupBitmap(offset)) as present
    from {raw: Identifier}.signals_raw
    where window_start >= {previous_closed_before: DateTime('UTC')}
      and {{below_vector}}
    group by topic, topic_epoch, partition
  )
select
  expected_rows.topic_name as topic, expected_rows.topic_epoch as topic_epoch, expected_rows.partition as partition,
  expected, present
from expected_rows
left any join present_rows using (topic_name, topic_epoch, partition)
where present < expected
