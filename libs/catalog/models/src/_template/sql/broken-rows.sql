-- Grain: one person of the run with more active days than the run read.
select entity_id, active_days
from template_of(run_id = {run_id: String})
where active_days > length({days: Array(Tuple(Date, UUID))})
limit 3
