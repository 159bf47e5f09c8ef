-- Grain: one record whose newest value was never accepted although its retries are spent.
with
  record_states as (
    select
      object,
      record_id,
      argMax(match_key, (as_of, attempted_at, attempt)) as last_match_key,
      argMax(idempotency_key, (as_of, attempted_at, attempt)) as last_key,
      argMax(fields, (as_of, attempted_at, attempt)) as last_fields,
      max(as_of) as newest_as_of,
      argMax(outcome, (as_of, attempted_at, attempt)) as last_outcome,
      argMax(is_final, (as_of, attempted_at, attempt)) as is_ended,
      max(accepted_at) as signal_accepted_at
    from deliveries
    where destination = {destination: String} and lane = {lane: String}
    group by object, record_id
  )
select
  object,
  record_id,
  last_match_key as match_key,
  last_key as idempotency_key,
  last_fields as fields,
  toUnixTimestamp64Milli(newest_as_of) as as_of,
  toUnixTimestamp64Milli(coalesce(signal_accepted_at, newest_as_of)) as accepted_at
from record_states
where is_ended and last_outcome in ('retryable', 'unknown', 'throttled')
order by object, record_id
