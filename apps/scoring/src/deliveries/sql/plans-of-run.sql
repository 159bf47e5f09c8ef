-- Grain: one object of one destination (destination, object): the newest plan that was made of the run.
with
  plans as (select * from delivery_runs where run_id = {run_id: String} or has(mapValues(runs), {run_id: String})),
  newest_plans as (
    select
      destination,
      object,
      plan_id,
      to_send,
      accepted,
      rejected,
      superseded,
      spent,
      pending,
      planned_at,
      predicted_finish_at,
      deadline_at,
      finished_at
    from plans
    order by destination, object, planned_at desc
    limit 1 by destination, object
  )
select * from newest_plans
