-- Grain: seal step, as a reader of the view sees it.
select step, count() as rows, toString(groupBitXor(cityHash64(topic, signal_id, partition, offset, attempt_id))) as hash
from signals
group by step
order by step
