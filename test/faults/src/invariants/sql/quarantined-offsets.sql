-- Grain: quarantined offset and reason; two reasons for one offset are two rows.
select distinct toString(topic) as topic, topic_epoch, partition, offset, toString(reason) as reason
from signals_quarantined
