-- Grain: sealed signal. Times as epoch milliseconds.
select
  topic,
  signal_id,
  toUnixTimestamp(window_start) * 1000 as window_start_ms,
  toUnixTimestamp64Milli(occurred_at) as occurred_at_ms
from signals
