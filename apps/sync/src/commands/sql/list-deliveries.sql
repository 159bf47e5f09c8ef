-- Grain: one value of one record (destination, object, record_id, idempotency_key) with its last attempt.
with
  last_attempts as (
    select
      destination,
      object,
      record_id,
      lane,
      run_id,
      idempotency_key,
      uniqExact(plan_id, attempt) as attempts,
      max(outcome = 'accepted') as is_accepted,
      argMax(plan_id, (attempted_at, attempt)) as last_plan_id,
      argMax(outcome, (attempted_at, attempt)) as last_outcome,
      argMax(detail, (attempted_at, attempt)) as last_detail,
      argMax(status_code, (attempted_at, attempt)) as last_status_code,
      argMax(fields, (attempted_at, attempt)) as last_fields,
      argMax(is_final, (attempted_at, attempt)) as is_ended,
      max(attempted_at) as last_attempted_at
    from deliveries
    group by destination, object, record_id, lane, run_id, idempotency_key
  )
select
  destination,
  object,
  record_id,
  lane,
  last_plan_id as plan_id,
  run_id,
  idempotency_key,
  attempts,
  if(is_accepted, 'accepted', last_outcome) as outcome,
  last_detail as detail,
  last_status_code as status_code,
  last_fields as fields,
  is_ended as is_final,
  last_attempted_at
from last_attempts
where
  ({destination: String} = '' or destination = {destination: String})
  and ({outcome: String} = '' or outcome = {outcome: String})
  and (
    not {only_failed: Bool}
    or (is_ended and not is_accepted and last_outcome in ('retryable', 'unknown', 'throttled'))
  )
order by last_attempted_at desc, record_id
limit {limit: UInt32}
