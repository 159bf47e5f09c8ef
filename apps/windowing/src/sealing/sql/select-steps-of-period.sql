-- Grain: decided step below {step} that was sealed at {from} or later, and the last one before them, in order
with
  steps as (
    select step, record, sealed_at from {sealed: Identifier}.seal_steps final where step < {step: UInt64}
  ),
  period as (
    select min(step) as first_step from steps where sealed_at >= {from: DateTime64(3)}
  )
select record
from steps
where step + 1 >= (select first_step from period)
order by step
