-- Grain: different row of the mirror; two for one step are two rows.
select distinct step, toString(attempt_id) as attempt_id, digest
from seal_steps
where step <= {step: UInt64}
order by step
