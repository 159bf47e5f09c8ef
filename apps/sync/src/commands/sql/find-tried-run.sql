-- Grain: one run that is not published.
select record
from tried_runs
where run_id = {run_id: String}
