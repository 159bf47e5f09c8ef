-- Grain: at most one row, the newest mirrored step.
select step, vector, toUnixTimestamp(closed_before) as closed_before_second
from {database: Identifier}.seal_steps final
order by step desc
limit 1
