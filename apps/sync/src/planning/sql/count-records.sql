-- Grain: one state of the records of one planning attempt.
select state, count() as records
from delivery_plan_settled(attempt_id = {attempt_id: UUID})
group by state
