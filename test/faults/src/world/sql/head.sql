-- Grain: at most one row, the newest mirrored step.
select step, toUnixTimestamp(closed_before) * 1000 as closed_before_ms, vector
from seal_steps
order by step desc
limit 1
