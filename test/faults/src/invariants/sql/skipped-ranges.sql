-- Grain: recorded range of offsets without records; ranges may overlap.
select distinct toString(topic) as topic, topic_epoch, partition, first_offset, last_offset
from signals_skipped
