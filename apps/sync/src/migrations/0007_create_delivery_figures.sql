-- Grain: one row: the 24 hours until now, both lanes. A value is one destination and idempotency key, however often it was sent.
create or replace view {{database}}.delivery_figures {{on_cluster}}
(
  attempted_values UInt64 comment 'Values that destinations were sent',
  accepted_values UInt64 comment 'Those that were accepted',
  retried_values UInt64 comment 'Those that needed more than one attempt',
  rejected Map(String, UInt64) comment 'Those that were refused for good, by the destination''s own words'
)
as
with
  sent_values as (
    select
      destination,
      idempotency_key,
      max(outcome = 'accepted') as is_accepted,
      max(attempt) as attempts,
      argMax(outcome, attempt) as last_outcome,
      argMax(detail, attempt) as last_detail
    from {{database}}.deliveries final
    where outcome != 'superseded' and attempted_at > now() - interval 1 day
    group by destination, idempotency_key
  )

select
  count() as attempted_values,
  countIf(is_accepted) as accepted_values,
  countIf(attempts > 1) as retried_values,
  sumMapIf(map(last_detail, toUInt64(1)), not is_accepted and last_outcome in ('rejected', 'gone')) as rejected
from sent_values
comment 'What became of what was sent lately; night_figures has the ratio'
