-- Grain: partition of a topic within the day that is about to be dropped.
insert into {database: Identifier}.dropped_partitions
(day, topic, topic_epoch, partition, first_offset, last_offset, first_window, last_window, rows, archive)
select
  toDate(parseDateTime({day: String}, '%Y%m%d', 'UTC')), topic, topic_epoch, partition,
  min(offset), max(offset), min(window_start), max(window_start), count(), {archive: String}
from {database: Identifier}.signals_raw
where _partition_id = {day: String}
group by topic, topic_epoch, partition
