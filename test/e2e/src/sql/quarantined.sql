-- Grain: reason.
select reason, uniqExact(topic, topic_epoch, partition, offset) as records
from signals_quarantined
group by reason
