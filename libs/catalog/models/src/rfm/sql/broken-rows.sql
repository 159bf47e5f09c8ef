-- Grain: one person of the run who has some of R, F, M and segment, but not all.
select entity_id, r, f, m, segment
from rfm_of(run_id = {run_id: String})
where (r is null) + (f is null) + (m is null) + (segment is null) not in (0, 4)
limit 3
