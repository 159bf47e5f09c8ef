-- Grain: step. The newest steps of the mirror, ascending.
with
  last as (select max(step) as step from {sealed: Identifier}.seal_steps)
select step, log_offset, toUnixTimestamp(closed_before) as closed_before_second, record
from {sealed: Identifier}.seal_steps final
where step + {keep: UInt32} > (select step from last)
order by step
