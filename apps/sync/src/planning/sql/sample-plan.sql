-- Grain: one record to send: the first of each reason, before and after.
select record_id, match_key, reason, tier, previous, fields
from delivery_plan_rows
where attempt_id = {attempt_id: String} and state = 'send'
order by position
limit {per_reason: UInt32} by reason
