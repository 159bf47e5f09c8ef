-- Grain: sealed signal as a reader of the view gets it.
select toString(topic) as topic, toUnixTimestamp(window_start) * 1000 as window_ms, signal_id, step
from signals
