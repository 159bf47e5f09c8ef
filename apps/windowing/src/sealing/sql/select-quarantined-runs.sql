-- Grain: a run of offsets [first_offset, last_offset] of one partition that is quarantined and not landed as a signal: of an offset
-- that is both, the signal counts.
with
  quarantined as (
    select distinct topic, topic_epoch, partition, offset
    from {raw: Identifier}.signals_quarantined
    where {{between_vectors}}
  ),
  landed_too as (
    select topic, topic_epoch, partition, offset
    from {raw: Identifier}.signals_raw
    where {{between_vectors}}
      and (topic, topic_epoch, partition, offset) in (select topic, topic_epoch, partition, offset from quarantined)
  ),
  numbered as (
    select topic, topic_epoch, partition, offset,
      offset - toUInt64(row_number() over (partition by topic, topic_epoch, partition order by offset)) as run
    from quarantined
    where (topic, topic_epoch, partition, offset) not in (select topic, topic_epoch, partition, offset from landed_too)
  )
select toString(topic) as topic, topic_epoch, partition, min(offset) as first_offset, max(offset) as last_offset
from numbered
group by topic, topic_epoch, partition, run
order by topic, topic_epoch, partition, first_offset
