-- Grain: at most one row: the newest step up to the head that is mirrored in ClickHouse.
select step, attempt_id
from sealed_steps
where step <= {head: UInt64}
order by step desc
limit 1
