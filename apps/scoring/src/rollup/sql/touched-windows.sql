-- Grain: one window with the newest seal step that put a row into it.
select toInt64(toUnixTimestamp(window_start)) * 1000 as window_start_ms, touched_step
from sealed_windows(
  after_step = {after_step: UInt64},
  as_of_step = {as_of_step: UInt64},
  folded_through = {folded_through: UInt64},
  winners = {winners: Array(Tuple(UInt64, UUID))},
  rebuilds = {rebuilds: Array(Tuple(UInt64, DateTime, DateTime))}
)
where window_start >= {from: DateTime('UTC')} and window_start < {to: DateTime('UTC')}
