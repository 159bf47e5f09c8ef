-- Grain: (destination, object, run).
select
  destination, object, run_id, to_send, suppressed, calls, accepted, rejected, spent, pending, retried,
  toUnixTimestamp64Milli(predicted_finish_at) as predicted_finish_ms,
  toUnixTimestamp64Milli(deadline_at) as deadline_ms,
  toUnixTimestamp64Milli(planned_at) as planned_ms,
  toUnixTimestamp64Milli(finished_at) as finished_ms
from delivery_runs
order by planned_at
