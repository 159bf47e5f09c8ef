-- Grain: one record of the planning attempt named, its state settled beside the others'.
create view if not exists {{database}}.delivery_plan_settled {{on_cluster}}
as
with
  -- Few keys have several records: only those are put in order.
  repeated as (
    select match_key
    from {{database}}.delivery_plan_records
    where attempt_id = {attempt_id: UUID} and match_key != ''
    group by match_key
    having count() > 1
  ),
  -- Of records with one match key the first in the plan's order counts; a flag of one of them is a flag of all.
  shared as (
    select
      match_key,
      argMinIf(record_id, (tier_rank, created_at is null, created_at, record_id), state in ('send', 'no_material_change')) as first_record_id,
      max(state = 'do_not_sync') as is_restricted
    from {{database}}.delivery_plan_records
    where attempt_id = {attempt_id: UUID} and match_key in (select match_key from repeated)
    group by match_key
  )
select
  records.* except state,
  multiIf(
    records.state != 'send' or shared.match_key = '', records.state,
    shared.is_restricted, 'do_not_sync',
    records.record_id != shared.first_record_id, 'duplicate_match_key',
    'send'
  ) as state
from {{database}}.delivery_plan_records as records
left join shared on shared.match_key = records.match_key
where records.attempt_id = {attempt_id: UUID}
comment 'Records of a plan in the making, duplicates told: delivery_plan_settled(attempt_id = ...). Internal';
