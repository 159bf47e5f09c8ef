-- Grain: at most one row, the newest signal or quarantined record of one partition that lies just below its position.
with
  signals as (
    select offset, appended_at
    from signals_raw
    where topic = {topic: String} and topic_epoch = {topic_epoch: UInt32} and partition = {partition: UInt32}
      and offset >= {from: UInt64} and offset < {position: UInt64}
    order by offset desc
    limit 1
  ),
  quarantined as (
    select offset, appended_at
    from signals_quarantined
    where topic = {topic: String} and topic_epoch = {topic_epoch: UInt32} and partition = {partition: UInt32}
      and offset >= {from: UInt64} and offset < {position: UInt64}
    order by offset desc
    limit 1
  ),
  both as (select * from signals union all select * from quarantined)
select offset, toUnixTimestamp64Milli(appended_at) as appended_at
from both
order by offset desc
limit 1
