-- Grain: one row. Hours with content, and those that a later step changed.
with
  steps as (select step, attempt_id, late from seal_steps final),

  seals as (
    select window_start, step, sum(late) as late
    from window_seals final
    where (step, attempt_id) in (select step, attempt_id from steps)
    group by window_start, step
  ),

  hours as (
    select window_start, sum(late) as late from seals group by window_start
  )

select
  count() as hours_sealed,
  countIf(late > 0) as hours_revised,
  sum(late) as late_signals
from hours
