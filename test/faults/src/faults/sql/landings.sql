-- Grain: one row. How often an offset was landed at most, how many offsets were landed, and how many of them with different contents.
select max(copies) as most, count() as landed, countIf(distinct_contents > 1) as differing
from (
  select count() as copies, uniqExact(cityHash64(*)) as distinct_contents
  from signals_raw
  group by topic, topic_epoch, partition, offset
)
