-- Grain: one trigger.
select reason, count() as records
from delivery_plan_rows
where attempt_id = {attempt_id: String} and state = 'send'
group by reason
order by records desc, reason
