-- Grain: (window, topic) of a closed window, as the service accounts for it.
select
  toUnixTimestamp(window_start) * 1000 as window_ms, topic, sealed, duplicates, unaccounted, is_balanced
from window_conservation
where window_start < toDateTime({closed_before: UInt32}, 'UTC')
