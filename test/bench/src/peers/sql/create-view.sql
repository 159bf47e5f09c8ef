-- Grain: one record. Begins to consume when it is created.
create materialized view landing to landed as
select
  _topic as topic,
  _partition as partition,
  _offset as offset,
  _timestamp_ms as appended_at,
  toStartOfHour(occurred_at) as window_start,
  *
from queue
