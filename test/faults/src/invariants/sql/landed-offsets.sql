-- Grain: landed offset, once however often it was landed.
select distinct
  toString(topic) as topic, topic_epoch, partition, offset, toUnixTimestamp(window_start) * 1000 as window_ms
from signals_raw
