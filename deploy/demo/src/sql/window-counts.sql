-- Grain: one row. Hours with content, and those that a later step changed.
select
  countIf(first_step is not null) as hours_sealed,
  countIf(late > 0) as hours_revised,
  sum(late) as late_signals
from windows
