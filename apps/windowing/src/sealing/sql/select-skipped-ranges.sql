-- Grain: a recorded range of offsets without records that reaches between the two vectors.
select distinct toString(topic) as topic, topic_epoch, partition, first_offset, last_offset
from {raw: Identifier}.signals_skipped
where {{skipped_between_vectors}}
order by topic, topic_epoch, partition, first_offset
