-- Grain: one row. A day of landed records: which they are, and how many of them are not sealed yet.
select
  count() as rows,
  toString(sum(cityHash64(topic, topic_epoch, partition, offset))) as records_hash,
  countIf(not {{is_decided}}) as undecided,
  countIf(window_start >= {closed_before: DateTime('UTC')}) as waiting
from {database: Identifier}.signals_raw
where _partition_id = {day: String}
