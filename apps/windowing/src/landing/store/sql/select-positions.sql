-- Grain: one partition of the topics asked for, in the epoch asked for.
with
  asked as (
    select tupleElement(pair, 1) as topic, tupleElement(pair, 2) as topic_epoch
    from (select arrayJoin(arrayZip({topics: Array(String)}, {topic_epochs: Array(UInt32)})) as pair)
  )
select topic, topic_epoch, partition, max(position) as position
from landed_positions
where (topic, topic_epoch) in (select topic, topic_epoch from asked)
group by topic, topic_epoch, partition
