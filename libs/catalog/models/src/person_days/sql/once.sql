-- Grain: one row of `landed`. Fragment: the CTE `sealed`, in which a signal that is in two windows of the day, or of what is read around
-- it, counts once: its earliest copy. Few are twice: those are found by a hash, and only their places are compared.
  repeated as (
    select cityHash64(topic, signal_id) as key
    from landed
    group by key
    having count() > 1
  ),

  later_copies as (
    select
      arrayJoin(arraySlice(arraySort(groupArray((occurred_at, partition, offset, topic_epoch))), 2)) as copy,
      topic
    from landed
    where cityHash64(topic, signal_id) in (select key from repeated)
    group by topic, signal_id, part
  ),

  sealed as (
    select * except (topic_epoch, partition, offset)
    from landed
    where (topic, topic_epoch, partition, offset) not in (select topic, copy.4, copy.2, copy.3 from later_copies)
  )
