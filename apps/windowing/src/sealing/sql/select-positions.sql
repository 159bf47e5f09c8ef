-- Grain: partition. Landed positions; a hint for proposers, the proof counts offsets.
select toString(topic) as topic, topic_epoch, partition, max(position) as position
from {raw: Identifier}.landed_positions
group by topic, topic_epoch, partition
