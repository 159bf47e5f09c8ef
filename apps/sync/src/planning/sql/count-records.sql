-- Grain: one state of the records of one planning attempt.
with
  -- Of records with one match key the first in the plan's order counts; a flag of one of them is a flag of all.
  shared as (
    select
      match_key,
      argMinIf(record_id, (tier_rank, created_at is null, created_at, record_id), state in ('send', 'no_material_change')) as first_record_id,
      max(state = 'do_not_sync') as is_restricted
    from delivery_plan_records
    where attempt_id = {attempt_id: UUID} and match_key != ''
    group by match_key
    having count() > 1
  ),
  settled as (
    select
      records.* except state,
      multiIf(
        records.state != 'send' or shared.match_key = '', records.state,
        shared.is_restricted, 'do_not_sync',
        records.record_id != shared.first_record_id, 'duplicate_match_key',
        'send'
      ) as state
    from delivery_plan_records as records
    left join shared on shared.match_key = records.match_key
    where records.attempt_id = {attempt_id: UUID}
  )
select state, count() as records
from settled
group by state
