-- Grain: step. The newest steps of the mirror, ascending; back to the first whose losing attempts may not be cleaned up yet.
with
  last as (select max(step) as step from {sealed: Identifier}.seal_steps),
  folded as (select max(through) as step from {sealed: Identifier}.folded_steps where kind = 'folded')
select step, log_offset, toUnixTimestamp(closed_before) as closed_before_second, record
from {sealed: Identifier}.seal_steps final
where step + {keep: UInt32} > (select step from last) or step >= (select step from folded)
order by step
