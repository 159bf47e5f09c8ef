-- Grain: one sealed signal (topic, signal_id, window). A reader never sees part of a step: a step is visible once its winner is mirrored.
create view if not exists {{database}}.signals {{on_cluster}}
as
with
  folded as (select max(folded_through) as folded_through from {{database}}.folded_steps),
  winners as (
    select step, attempt_id
    from {{database}}.seal_steps
    where step > (select folded_through from folded)
  )
select *
from {{database}}.signal_rows
where step <= (select folded_through from folded) or (step, attempt_id) in (select step, attempt_id from winners);

-- Grain: one sealed signal, as of a step: select ... from signals_as_of(as_of_step = 12).
create view if not exists {{database}}.signals_as_of {{on_cluster}}
as
with
  folded as (select max(folded_through) as folded_through from {{database}}.folded_steps),
  winners as (
    select step, attempt_id
    from {{database}}.seal_steps
    where step > (select folded_through from folded)
  )
select *
from {{database}}.signal_rows
where step <= {as_of_step: UInt64}
  and (step <= (select folded_through from folded) or (step, attempt_id) in (select step, attempt_id from winners));
