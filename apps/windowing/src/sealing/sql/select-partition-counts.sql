-- Grain: partition. Distinct landed offsets between the two vectors, without those that the step recorded as quarantined.
with
  landed as (
    select topic, topic_epoch, partition, uniqExact(offset) as raw
    from {raw: Identifier}.signals_raw
    where {{between_vectors}}
      and (topic, topic_epoch, partition, offset) not in (
        select topic, topic_epoch, partition, arrayJoin(range(first_offset, last_offset + 1))
        from {sealed: Identifier}.quarantined_runs
        where step = {step: UInt64}
      )
    group by topic, topic_epoch, partition
  )
select toString(landed.topic) as topic, topic_epoch, partition, raw
from landed
