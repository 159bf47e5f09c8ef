-- Grain: one object of one destination (destination, object): what became of the values that were tried since an instant.
with
  last_attempts as (
    select
      destination,
      object,
      record_id,
      idempotency_key,
      max(outcome = 'accepted') as is_accepted,
      argMax(outcome, (attempted_at, attempt)) as last_outcome,
      argMax(is_final, (attempted_at, attempt)) as is_ended,
      max(attempted_at) as ended_at
    from deliveries
    where
      attempted_at >= now() - toIntervalHour({hours: UInt32})
      and ({destination: String} = '' or destination = {destination: String})
    group by destination, object, record_id, idempotency_key
  )
select
  destination,
  object,
  countIf(is_accepted) as accepted,
  countIf(not is_accepted and is_ended and last_outcome = 'rejected') as rejected,
  countIf(not is_accepted and is_ended and last_outcome = 'gone') as gone,
  countIf(not is_accepted and is_ended and last_outcome = 'superseded') as superseded,
  countIf(not is_accepted and is_ended and last_outcome in ('retryable', 'unknown', 'throttled')) as spent,
  countIf(not is_accepted and not is_ended) as waiting,
  max(ended_at) as last_attempted_at
from last_attempts
group by destination, object
order by destination, object
