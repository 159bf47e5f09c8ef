-- Grain: one record of a plan of which nobody can say whether the destination has what was sent: it is on its way, or no answer said
-- what became of it.
insert into delivery_plan_records (attempt_id, record_id, match_key)
with
  settled as (
    select match_key
    from deliveries
    where
      destination = {destination: String}
      and object = {object: String}
      and plan_id = {plan_id: String}
      and attempted_at >= fromUnixTimestamp64Milli({planned_at: Int64}, 'UTC')
    group by match_key
    having max(outcome = 'accepted') or (max(is_final) and not max(outcome = 'unknown'))
  )
select distinct {uncertain_id: UUID}, record_id, match_key
from delivery_plan_rows
where attempt_id = {planned_as: String} and state = 'send' and match_key not in (select match_key from settled)
