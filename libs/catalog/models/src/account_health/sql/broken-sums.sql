-- Grain: one health of the run that is not the sum of its contributions.
select entity_id, score, arraySum(contribution -> contribution.points, contributions) as points
from score_rows_of(run_id = {run_id: String})
where score != points
limit 3
