-- Grain: one idempotency key of one plan.
select
  idempotency_key,
  toUInt8(max(outcome = 'accepted')) as is_accepted,
  toUInt8(max(is_final)) as is_final,
  max(attempt) as attempts
from deliveries
where
  destination = {destination: String}
  and plan_id = {plan_id: String}
  and attempted_at >= parseDateTime64BestEffort({since: String}, 3, 'UTC')
group by idempotency_key
