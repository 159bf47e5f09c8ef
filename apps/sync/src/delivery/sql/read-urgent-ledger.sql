-- Grain: one idempotency key of the urgent lane.
select
  idempotency_key,
  any(plan_id) as plan_id,
  toUInt8(max(outcome = 'accepted')) as is_accepted,
  toUInt8(max(is_final)) as is_final,
  max(attempt) as attempts
from deliveries
where
  destination = {destination: String}
  and lane = 'urgent'
  and attempted_at >= parseDateTime64BestEffort({since: String}, 3, 'UTC')
group by idempotency_key
