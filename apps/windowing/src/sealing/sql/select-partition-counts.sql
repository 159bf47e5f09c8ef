-- Grain: partition. Each kind of offset between the two vectors, counted on its own.
with
  landed as (
    select topic, topic_epoch, partition, uniqExact(offset) as raw
    from {raw: Identifier}.signals_raw
    where {{between_vectors}}
    group by topic, topic_epoch, partition
  ),
  quarantined as (
    select topic, topic_epoch, partition, uniqExact(offset) as quarantined
    from {raw: Identifier}.signals_quarantined
    where {{between_vectors}}
    group by topic, topic_epoch, partition
  ),
  partitions as (
    select topic, topic_epoch, partition from landed
    union distinct
    select topic, topic_epoch, partition from quarantined
  )
select
  toString(partitions.topic) as topic, partitions.topic_epoch as topic_epoch, partitions.partition as partition,
  landed.raw as raw, quarantined.quarantined as quarantined
from partitions
left join landed using (topic, topic_epoch, partition)
left join quarantined using (topic, topic_epoch, partition)
