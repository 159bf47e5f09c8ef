-- Grain: one tier of a plan: its records that were not sent in time.
with
  unsent as (
    select distinct record_id
    from deliveries
    where destination = {destination: String} and plan_id = {plan_id: String} and detail = {detail: String}
  ),
  attempts as (
    select distinct attempt_id from delivery_plans final where plan_id = {plan_id: String}
  )
select
  if(tier = '', 'none', tier) as tier_name,
  count() as records
from delivery_plan_rows
where attempt_id in (select attempt_id from attempts) and record_id in (select record_id from unsent)
group by tier_name
order by tier_name
