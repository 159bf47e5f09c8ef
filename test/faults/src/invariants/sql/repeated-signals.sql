-- Grain: (topic, window, signal_id) of which a reader gets more than one row.
select toString(topic) as topic, toString(window_start) as window_start, signal_id, count() as rows
from signals_as_of(as_of_step = {step: UInt64})
group by topic, window_start, signal_id
having rows > 1
order by topic, window_start, signal_id
limit 20
