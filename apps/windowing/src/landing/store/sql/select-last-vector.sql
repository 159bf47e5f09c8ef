-- Grain: at most one row, the newest step of the chain that is mirrored.
select vector
from seal_steps
order by step desc
limit 1
