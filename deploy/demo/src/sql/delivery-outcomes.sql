-- Grain: one row. Final outcomes of records, both lanes.
with
  records as (
    select
      destination,
      idempotency_key,
      max(outcome = 'accepted') as is_accepted,
      max(attempt) as attempts,
      argMax(outcome, attempt) as last_outcome,
      argMax(detail, attempt) as last_detail
    from deliveries final
    where outcome != 'superseded'
    group by destination, idempotency_key
  )

select
  count() as attempted,
  countIf(is_accepted) as accepted,
  countIf(attempts > 1) as retried,
  sumMapIf(map(last_detail, toUInt64(1)), not is_accepted and last_outcome in ('rejected', 'gone')) as rejected
from records
