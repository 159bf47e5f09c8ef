-- Grain: one row. What ClickHouse knows of the six figures, from scoring's view; instants in epoch milliseconds.
select
  toUnixTimestamp64Milli(as_of) as run_as_of_ms,
  toUnixTimestamp64Milli(started_at) as run_started_ms,
  duration_seconds, delivery_lag_seconds, median_age_seconds, throughput_per_minute, sealed_signals, error_ratio, delivery_success_ratio, stored_bytes
from night_figures
